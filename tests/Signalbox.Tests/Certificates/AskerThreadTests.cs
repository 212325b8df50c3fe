using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates;

/// <summary>Whoever asks for a certificate is an event loop with other connections to serve.</summary>
public sealed class AskerThreadTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly WorkersClock _time = new();

    public void Dispose()
    {
        _time.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task FindAsync_NameFirstAskedFor_IsNotSignedOnTheAskersThread()
    {
        await using var authority = Authority.Open(_home.Layout, ["localhost"], _time, NullLogger.Instance).Value!;
        var finding = Ask(authority, keep: true);
        finding.IsCompleted.ShouldBeFalse();
        _time.LetGo();
        (await finding).ShouldNotBeNull();
    }

    [Fact]
    public async Task FindAsync_NameKnown_IsAnsweredAtOnce()
    {
        await using var authority = Authority.Open(_home.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!;
        var first = await authority.FindAsync("app.localhost", keep: true);
        var again = authority.FindAsync("app.localhost", keep: true);
        again.IsCompletedSuccessfully.ShouldBeTrue();
        (await again).ShouldBe(first);
    }

    [Fact]
    public async Task FindAsync_NameThatGetsARoute_IsAnsweredAtOnceAndKeptBehindTheAnswer()
    {
        await using (var authority = Authority.Open(_home.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!)
        {
            var passing = await authority.FindAsync("app.localhost", keep: false);
            var routed = authority.FindAsync("app.localhost", keep: true);
            routed.IsCompletedSuccessfully.ShouldBeTrue();
            (await routed).ShouldBe(passing);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (!authority.List().Any(report => report.Name == "app.localhost")) await Task.Delay(10, limit.Token);
        }

        File.Exists(_home.Layout.LocalCertificate("app.localhost")).ShouldBeTrue();
    }

    /// <summary>From a thread of this test's own, so that the one which works is another for certain.</summary>
    private ValueTask<Signalbox.Model.ServerCertificate?> Ask(Authority authority, bool keep)
    {
        ValueTask<Signalbox.Model.ServerCertificate?> finding = default;
        var asker = new Thread(() =>
        {
            _time.Asker = Environment.CurrentManagedThreadId;
            finding = authority.FindAsync("app.localhost", keep);
        });
        asker.Start();
        asker.Join();
        return finding;
    }

    /// <summary>Makes every thread but the asker's wait when it looks at the time, which is the first thing whoever signs does.</summary>
    private sealed class WorkersClock : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();

        /// <summary>0 while nobody has asked: then nobody waits.</summary>
        public int Asker { get; set; }

        public void LetGo() => _open.Set();

        public override DateTimeOffset GetUtcNow()
        {
            if (Asker != 0 && Environment.CurrentManagedThreadId != Asker) _open.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue("It was never let go.");
            return base.GetUtcNow();
        }

        public void Dispose() => _open.Dispose();
    }
}
