using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Signalbox.Cli;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class HistoryFollowTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly CliRun _run = new();

    public void Dispose()
    {
        _run.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Follow_EntryInJournalAndStream_IsPrintedOnceAndTheEndIsTold()
    {
        var first = new HistoryEntry(1, Reports.Now, "site/a", "put", "a.localhost", null);
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, async context =>
        {
            if (context.Request.Path == "/v1/history")
            {
                await context.Response.WriteAsync(JsonSerializer.Serialize([first], SignalboxJson.Default.HistoryEntryArray));
                return;
            }

            foreach (var entry in (HistoryEntry[])[first, first with { Revision = 2, Owner = "site/other" }, first with { Change = "refuse" }])
                await context.Response.WriteAsync(JsonSerializer.Serialize(entry, SignalboxJson.Default.HistoryEntry) + "\n");
        });
        (await _run.RunAsync("history", "--follow", "--owner", "site/a", "--home", _home.Layout.Root)).ShouldBe(ExitCodes.NoDaemon);
        _run.Out.ShouldBe("1\t2026-05-04T12:00:00.000Z\tput\ta.localhost\tsite/a\t\n1\t2026-05-04T12:00:00.000Z\trefuse\ta.localhost\tsite/a\t\n");
        _run.Error.ShouldContain("The daemon has ended.");
    }
}
