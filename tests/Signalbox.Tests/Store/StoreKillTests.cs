using System.Diagnostics;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Tests.Store;

/// <summary>kill -9 at any moment: every acknowledged commit is there, at most the one in flight beside them, and nothing by halves.</summary>
public sealed class StoreKillTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Commits_KilledAtRandomMoments_LeaveAllThatWasAcknowledged()
    {
        var random = new Random(20261120);
        var expected = new Dictionary<Owner, Claim>();
        var replayed = 0L;
        for (var round = 0; round < 12; round++)
        {
            var acknowledged = await CommitUntilKilledAsync(random.Next(1, 60), random.Next(0, 4000));

            await using var store = SqliteClaimStore.Open(_home.Layout, TimeProvider.System).Value.ShouldNotBeNull();
            store.Notices.ShouldBeEmpty();
            new FileInfo(_home.Layout.Database + "-wal").Length.ShouldBe(0, "what the killed one left in the log is taken over at the start");
            var state = store.Load();
            state.Revision.ShouldBeInRange(acknowledged, acknowledged + 1);
            while (replayed < state.Revision) StorePlan.Replay(expected, ++replayed);
            state.Claims.Count.ShouldBe(expected.Count);
            state.Claims.All(claim => expected[claim.Owner] == claim).ShouldBeTrue();
            (await store.HistoryAsync(1, null, Token)).ShouldBe([StorePlan.Batch(state.Revision).Journal[0]]);
        }
    }

    [Fact]
    public async Task Birth_KilledAtRandomMoments_LeavesAHomeThatOpens()
    {
        var random = new Random(11);
        for (var round = 0; round < 8; round++)
        {
            using var home = new TemporaryHome();
            using var child = StoreChild.Start(home.Layout);

            // The moment the file appears is when making it begins; then some part of the few milliseconds this takes.
            while (!File.Exists(home.Layout.Database) && !child.HasExited) await Task.Yield();
            Spin(random.Next(0, 20_000));
            child.Kill();
            await child.WaitForExitAsync(Token);

            await using var store = SqliteClaimStore.Open(home.Layout, TimeProvider.System).Value.ShouldNotBeNull();
            store.Notices.ShouldBeEmpty();
            store.Load().Pseudonym.ShouldNotBeEmpty();
        }
    }

    /// <returns>The last revision it acknowledged.</returns>
    private async Task<long> CommitUntilKilledAsync(int commits, int moreMicroseconds)
    {
        using var child = StoreChild.Start(_home.Layout);
        var acknowledged = 0L;
        for (var count = 0; count < commits && await child.StandardOutput.ReadLineAsync(Token) is { } line; count++) acknowledged = long.Parse(line);
        Spin(moreMicroseconds);
        child.Kill();

        // What it said before it died may still be in the pipe; the last line may be cut off.
        var rest = await child.StandardOutput.ReadToEndAsync(Token);
        await child.WaitForExitAsync(Token);
        child.ExitCode.ShouldBe(128 + 9);
        var whole = rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return whole.Length > 0 ? long.Parse(whole[^1]) : acknowledged;
    }

    /// <summary>Chooses the moment of the kill; nothing is awaited by it.</summary>
    private static void Spin(int microseconds)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalMicroseconds < microseconds) Thread.SpinWait(10);
    }
}
