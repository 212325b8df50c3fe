using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Challenges;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Challenges;

public sealed class TlsAlpnSolverTests
{
    private readonly TlsAlpnTable _table = new();

    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::7", "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public async Task Present_AName_IsFoundByItsServerNameUntilItIsTakenAway(string name, string serverName)
    {
        var answer = await PresentAsync(name, "token.print");
        using var certificate = new X509Certificate2(_table.Find(serverName)!.TargetCertificate);
        certificate.Extensions[TlsAlpnCertificate.IdentifierOid]!.RawData[2..].ShouldBe(KeyAuthorization.Digest("token.print"));
        _table.Find("other.example.com").ShouldBeNull();
        await answer.DisposeAsync();
        _table.Find(serverName).ShouldBeNull();
    }

    /// <summary>A handshake does not say for which order it is: two of one name are answered one after the other, and both rightly.</summary>
    [Fact]
    public async Task Present_TwoAnswersToOneName_TheSecondIsShownWhenTheFirstIsTakenAway()
    {
        var first = await PresentAsync("www.example.com", "one");
        var second = PresentAsync("www.example.com", "two");
        await using var other = await PresentAsync("other.example.com", "three");
        second.IsCompleted.ShouldBeFalse();
        var shown = _table.Find("www.example.com");
        await first.DisposeAsync();
        await using var answer = await second;
        _table.Find("www.example.com").ShouldNotBeNull().ShouldNotBeSameAs(shown);
        await first.DisposeAsync();
        _table.Find("www.example.com").ShouldNotBeNull();
    }

    [Fact]
    public async Task Present_GivenUpWhileItWaits_LeavesTheOtherAlone()
    {
        await using var first = await PresentAsync("www.example.com", "one");
        using var stop = new CancellationTokenSource();
        var second = PresentAsync("www.example.com", "two", stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        _table.Find("www.example.com").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("www.example.com", true, null)]
    [InlineData("*.example.com", true, "wildcard")]
    [InlineData("www.example.com", false, "is held by nginx")]
    public async Task Obstacle_SaysWhyItCannotBe(string name, bool listens, string? words)
    {
        var problem = await Solver(listens).ObstacleAsync(Identifier.Parse(name).Value!, CancellationToken.None);
        if (words is null) problem.ShouldBeNull();
        else problem!.Text.ShouldContain(words);
    }

    private async Task<IAsyncDisposable> PresentAsync(string name, string authorization, CancellationToken stop = default) =>
        (await Solver(true).PresentAsync(Identifier.Parse(name).Value!, "token", authorization, stop)).Value!;

    private static Problem Held => new(ProblemType.PortInUse, ProblemSide.System, "127.0.0.1:443", "Port 443 on 127.0.0.1 is held by nginx (pid 7).", Retry: true);

    private TlsAlpnSolver Solver(bool listens) => new(_table, () => listens ? null : Held, TimeProvider.System);
}
