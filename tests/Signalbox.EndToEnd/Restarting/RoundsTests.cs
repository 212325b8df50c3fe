using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Restarting;

/// <summary>However often the daemon is killed, what it keeps does not grow.</summary>
public sealed class RoundsTests
{
    [Fact]
    public async Task Daemon_HundredRoundsOfStartAndKill_StateHasTheSizeOfOneRound()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("lasting");
        var daemon = await home.UpAsync();
        await home.Admin.AddLiveAsync("lasting.localhost", backend.Target);
        using (var client = home.Client()) (await client.TextAsync("lasting.localhost")).ShouldBe("lasting");
        await daemon.Kill9Async();
        await RoundAsync(home);
        // Looking into the database comes after the files: its last reader takes its log away.
        var (files, rows) = (Files(home), Database.Rows(home.Layout));

        for (var round = 1; round < 100; round++) await RoundAsync(home);

        Files(home).ShouldBe(files);
        Database.Rows(home.Layout).ShouldBe(rows);
        Database.Integrity(home.Layout).ShouldBe("ok");
    }

    [Fact]
    public async Task Daemon_RoundsWithLeasesLostEachTime_KeepsNoneOfThem()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("leased");
        var daemon = await home.UpAsync();
        var empty = Database.Rows(home.Layout);
        for (var round = 0; round < 10; round++)
        {
            using var lease = await home.Admin.LeaseAsync(new ClaimRequest
            {
                Hosts = [$"round{round}.localhost"], Backends = [backend.Target], Project = home.Work, Holder = $"round {round}",
            });
            await lease.UntilAsync("proved");
            await daemon.Kill9Async();
            daemon = await home.UpAsync();
        }

        // Names known before serve at once, and are dropped when nobody came back for them.
        await Wait.UntilAsync("the lost leases are dropped", async () => (await home.Admin.RoutesAsync()).Length == 0);
        await daemon.StopAsync();
        var journal = Database.Rows(home.Layout);
        journal.Remove("journal", out _);
        empty.Remove("journal", out _);
        journal.ShouldBe(empty);
    }

    private static async Task RoundAsync(Home home)
    {
        var daemon = await home.UpAsync();
        (await home.Admin.RoutesAsync()).ShouldHaveSingleItem().Host.ShouldBe("lasting.localhost");
        await daemon.Kill9Async();
    }

    private static string[] Files(Home home) =>
        [.. Directory.EnumerateFileSystemEntries(home.Layout.Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(home.Layout.Root, path)).Order(StringComparer.Ordinal)];
}
