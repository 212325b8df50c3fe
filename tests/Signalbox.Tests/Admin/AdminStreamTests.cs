using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Signalbox.Model.Wire;
using Signalbox.Tests.Control;

namespace Signalbox.Tests.Admin;

/// <summary>Streams: leases and events, and readers that do not read.</summary>
public sealed class AdminStreamTests
{
    [Fact]
    public async Task Lease_StreamCutByItsHolder_EndsTheClaim()
    {
        await using var rig = await AdminRig.StartAsync();
        using var backend = ControlRig.Listen();
        using var ended = rig.Control.Writer.Events.Subscribe();
        using (var stream = await rig.LeaseAsync($$"""{"hosts":["a.localhost"],"holder":"1"}"""))
        {
            using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            var granted = await NextAsync(lines);
            granted.Event.ShouldBe("granted");
            using var told = await rig.Client.PutAsync("leases/" + granted.Id, AdminRig.Json($$"""{"backends":["{{ControlRig.Url(backend)}}"]}"""), TestContext.Current.CancellationToken);
            ((int)told.StatusCode).ShouldBe(204);
            (await NextAsync(lines)).Event.ShouldBe("proved");
            using var wrong = await rig.Client.PutAsync("leases/" + granted.Id, AdminRig.Json("""{"backends":["ftp://x","http://x:0"]}"""), TestContext.Current.CancellationToken);
            var problem = JsonSerializer.Deserialize(await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), SignalboxJson.Default.ProblemDocument)!;
            problem.Problems.Length.ShouldBe(2);
        }

        await UntilAsync(ended, "remove");
        rig.Control.Edge.Book.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Events_AsTheyAreWritten_AreLinesAndEndWithTheHub()
    {
        await using var rig = await AdminRig.StartAsync();
        using var stream = await rig.Client.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await rig.Control.AddAsync("a.localhost", "1");
        var entry = JsonSerializer.Deserialize((await lines.ReadLineAsync(TestContext.Current.CancellationToken))!, SignalboxJson.Default.HistoryEntry)!;
        (entry.Change, entry.Subject).ShouldBe(("put", "a.localhost"));
        rig.Control.Writer.Events.Close();
        (await lines.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
        using var late = await rig.Client.GetAsync("events", TestContext.Current.CancellationToken);
        (await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Readers_ThatNeverRead_HoldUpNoChangeAndNoStop()
    {
        await using var rig = await AdminRig.StartAsync();
        using var deafEvents = await RawAsync(rig, "GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
        var body = """{"hosts":["a.localhost"],"holder":"1"}""";
        using var deafLease = await RawAsync(rig, $"POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        // A request whose body never comes.
        using var hanging = await RawAsync(rig, "PUT /v1/routes HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
        for (var number = 0; number < 6000; number++) await rig.Control.AddAsync("b.localhost", $"{1 + number}");
        rig.Control.Edge.Book.Edge.Revision.ShouldBeGreaterThanOrEqualTo(6000);
        rig.Control.Leases.Shutdown();
        rig.Control.Writer.Events.Close();
        await rig.StopServerAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        File.Exists(rig.Socket).ShouldBeFalse();
    }

    private static async Task<Socket> RawAsync(AdminRig rig, string request)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(rig.Socket));
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }

    private static async Task<LeaseEvent> NextAsync(StreamReader lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return JsonSerializer.Deserialize((await lines.ReadLineAsync(limit.Token))!, SignalboxJson.Default.LeaseEvent)!;
    }

    private static async Task UntilAsync(Signalbox.Control.EventHub.Subscription events, string change)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var entry in events.ReadAllAsync(limit.Token))
        {
            if (entry.Change == change) return;
        }
    }
}
