using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Challenges;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Whether what comes in by TLS at a name's addresses is this daemon: asked of servers of each kind.</summary>
public sealed class TlsReachTests : IDisposable
{
    private const string Name = "www.example.tld";
    private readonly TlsAlpnTable _table = new();
    private readonly X509Certificate2 _other = SelfSignedBook.Make(Name);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TlsReachTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Address_ThatIsOurs_IsFound()
    {
        var found = await AskAsync(hello => new() { ServerCertificateContext = _table.Find(hello.ServerName), ApplicationProtocols = [new SslApplicationProtocol(TlsAlpnCertificate.Protocol)] });
        (found.Outcome, found.Detail).ShouldBe((NamePreflight.Ok, $"127.0.0.1 port {Port} is this daemon"));
    }

    [Theory]
    [InlineData(TlsAlpnCertificate.Protocol, "shows another certificate to acme-tls/1")]
    [InlineData("http/1.1", "refuses acme-tls/1")]
    public async Task Address_OfAnotherServer_IsTold(string protocol, string words)
    {
        var found = await AskAsync(_ => new() { ServerCertificate = _other, ApplicationProtocols = [new SslApplicationProtocol(protocol)] });
        (found.Outcome, found.Detail).ShouldBe((NamePreflight.Failed, $"The name leads to another server: 127.0.0.1 port {Port} {words}, and is not this daemon."));
        found.Advice!.ShouldStartWith($"Let {Name} lead to this machine, and port {Port} there to signalbox.");
        found.Advice!.ShouldContain("preflight: off");
    }

    /// <summary>One address of another server outweighed one that could not be asked, where the CA may come in.</summary>
    [Theory]
    [InlineData(NamePreflight.Failed, NamePreflight.Failed, NamePreflight.Failed)]
    [InlineData(NamePreflight.Failed, NamePreflight.Unknown, NamePreflight.Unknown)]
    [InlineData(NamePreflight.Unknown, NamePreflight.Unknown, NamePreflight.Unknown)]
    [InlineData(NamePreflight.Failed, NamePreflight.Ok, NamePreflight.Ok)]
    public void Addresses_OfOneName_AreClearOnlyTogether(string one, string other, string together) =>
        Reach.Together([new Reach.Result(one, "one", null), new Reach.Result(other, "other", null)], "Mend it.").Outcome.ShouldBe(together);

    /// <summary>“Could not ask” and “failed” are different: who does not answer may answer the CA.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Address_ThatDoesNotAnswer_SaysNothing(bool listens)
    {
        var port = Port;
        if (!listens) _listener.Stop();
        var asking = new TlsReach(_table, TimeProvider.System, port).TryAsync(Identifier.Parse(Name).Value!, [IPAddress.Loopback], TestContext.Current.CancellationToken);
        if (listens) (await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken)).Dispose();
        var found = await asking;
        (found.Outcome, found.Advice).ShouldBe((NamePreflight.Unknown, null));
        found.Detail.ShouldStartWith($"127.0.0.1 port {port} could not be asked from here: ");
        _table.Find(Name).ShouldBeNull();
    }

    private async Task<Reach.Result> AskAsync(Func<SslClientHelloInfo, SslServerAuthenticationOptions> answer)
    {
        var serving = ServeAsync(answer);
        var found = await new TlsReach(_table, TimeProvider.System, Port).TryAsync(Identifier.Parse(Name).Value!, [IPAddress.Loopback], TestContext.Current.CancellationToken);
        await serving;
        _table.Find(Name).ShouldBeNull();
        return found;
    }

    private async Task ServeAsync(Func<SslClientHelloInfo, SslServerAuthenticationOptions> answer)
    {
        using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync((_, hello, _, _) => new(answer(hello)), null, TestContext.Current.CancellationToken);
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            // What comes of it is looked at from the other side.
        }
    }
}
