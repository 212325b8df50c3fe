using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Signalbox.EndToEnd.Support;
using Signalbox.EndToEnd.Vite;

namespace Signalbox.EndToEnd.Demo;

/// <summary><c>signalbox demo</c>, the first command of a newcomer: what it prints works, and what it promises is seen.</summary>
public sealed class DemoTests
{
    private const string Ready = "Ctrl-C ends the demo.";

    [Fact]
    public async Task Demo_PrintedCommands_Work()
    {
        await using var home = new Home();
        var demo = await StartAsync(home);
        var commands = demo.Output.Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).ToList();
        commands.Count.ShouldBe(2, demo.Transcript);
        (await RunAsync(home, commands[0])).ShouldContain("<title>Signalbox demo</title>");
        JsonDocument.Parse(await RunAsync(home, commands[1])).RootElement.GetProperty("service").GetString().ShouldBe("api");
    }

    [Fact]
    public async Task Demo_Clock_TicksOverAWebSocketWhileTheApiCrashes()
    {
        await using var home = new Home();
        var demo = await StartAsync(home, "--crash-every", "2");
        using var client = home.Client();
        using var socket = await client.OpenWebSocketAsync("clock.demo.localhost", "/ticks");
        var ticks = new HashSet<string>();
        var crash = demo.LineAsync("that the API is back", line => line.Contains("proved   ", StringComparison.Ordinal) && line.Contains("api", StringComparison.Ordinal));
        while (!crash.IsCompleted || ticks.Count < 3) ticks.Add(await TickAsync(socket));
        await crash;
        foreach (var tick in ticks) TimeOnly.ParseExact(tick, "HH:mm:ss", CultureInfo.InvariantCulture);
        socket.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task Demo_Page_InABrowser_TicksAndSeesNoRequestFail()
    {
        await using var home = new Home();
        var demo = await StartAsync(home, "--crash-every", "2");
        await using var browser = await Browser.OpenAsync(home);
        var page = await browser.OpenAsync(home.Url("clock.demo.localhost"));
        await page.ShowsAsync("#from", $"over a WebSocket from clock.demo.localhost:{home.HttpsPort}");
        await page.ShowsAsync("#state", "away: a request waits");
        await Wait.UntilAsync("the page shows that the API is back", async () => (await page.TextAsync("#state")).StartsWith("answers, process", StringComparison.Ordinal), () => demo.Transcript);
        await Wait.UntilAsync("the clock ticks", async () => TimeOnly.TryParseExact(await page.TextAsync("#clock"), "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        (await page.TextAsync("#failed")).ShouldBe("0");
        page.Said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Demo_ApiCrashesAndComesBack_NoRequestFails()
    {
        await using var home = new Home();
        var demo = await StartAsync(home, "--crash-every", "2");
        using var client = home.Client();
        var processes = new HashSet<int>();
        while (processes.Count < 3)
        {
            using var answer = await client.GetAsync(home.Url("api.demo.localhost"));
            var text = await answer.Content.ReadAsStringAsync();
            ((int)answer.StatusCode).ShouldBe(200, $"{text}\n{demo.Transcript}");
            processes.Add(JsonDocument.Parse(text).RootElement.GetProperty("process").GetInt32());
        }

        await demo.LineAsync("the crash", line => line.Contains("exit code 70", StringComparison.Ordinal));
        await demo.LineAsync("that the API was away", line => line.Contains("backend-down", StringComparison.Ordinal));
        (await demo.LineAsync("how long a request waited", line => line.Contains("waited", StringComparison.Ordinal))).ShouldEndWith(" 0 failed");
    }

    [Fact]
    public async Task Demo_Interrupted_LeavesNoProcess()
    {
        await using var home = new Home();
        var demo = await StartAsync(home);
        home.Daemons().Count.ShouldBe(1);
        demo.Signal(Signals.Interrupt);
        (await demo.ExitAsync()).ShouldBe(0, demo.Transcript);
        home.Processes().ShouldBeEmpty();
    }

    [Fact]
    public async Task Demo_Killed_ItsServicesEndWithIt()
    {
        await using var home = new Home();
        var demo = await StartAsync(home);
        await demo.Kill9Async();
        await Wait.UntilAsync("only the daemon is left, without the names", async () => home.Processes().Count == 1 && (await home.Admin.RoutesAsync()).Length == 0);
    }

    [Fact]
    public async Task Demo_DaemonRunsAlready_IsUsedAndLeftRunning()
    {
        await using var home = new Home();
        var daemon = await home.UpAsync();
        var demo = await StartAsync(home);
        demo.Output.ShouldContain(line => line.Contains($"process {daemon.Id}", StringComparison.Ordinal));
        demo.Signal(Signals.Interrupt);
        (await demo.ExitAsync()).ShouldBe(0, demo.Transcript);
        home.Processes().ShouldBe([daemon.Id]);
        await home.Admin.UntilAsync();
    }

    [Fact]
    public async Task Demo_PortHeldByAnotherProgram_SaysSoAndWorksOnFreePorts()
    {
        await using var home = new Home();
        var holder = home.Start(DevServer.Python, [Product.TestFile("dev-server.py"), $"{home.HttpsPort}"]);
        await holder.LineAsync("that it listens", line => line.Contains("listening", StringComparison.Ordinal));
        var demo = home.Cli("demo");
        await demo.LineAsync("that it is ready", line => line.EndsWith(Ready, StringComparison.Ordinal));
        // Standard error is read beside standard output: what was said there before may come later.
        await demo.LineAsync("which port is held", line => line.Contains($"{home.HttpsPort}", StringComparison.Ordinal));
        var temporary = (await demo.LineAsync("where its home is", line => line.Contains("temporary home, /", StringComparison.Ordinal))).Split(", ").First(part => part.StartsWith('/'));
        Directory.Exists(temporary).ShouldBeTrue();
        var command = demo.Output.First(line => line.StartsWith("curl ", StringComparison.Ordinal));
        command.ShouldNotContain($":{home.HttpsPort}");
        (await RunAsync(home, command)).ShouldContain("<title>Signalbox demo</title>");
        demo.Signal(Signals.Interrupt);
        (await demo.ExitAsync()).ShouldBe(0, demo.Transcript);
        Directory.Exists(temporary).ShouldBeFalse();
        home.Processes().ShouldBe([holder.Id]);
    }

    [Fact]
    public async Task Demo_Json_IsOneLineWithEverything()
    {
        await using var home = new Home();
        var demo = home.Cli("demo", "--json");
        var line = await demo.LineAsync("JSON", text => text.StartsWith('{'));
        var report = JsonDocument.Parse(line).RootElement;
        report.GetProperty("home").GetString().ShouldBe(home.Layout.Root);
        report.GetProperty("startedDaemon").GetBoolean().ShouldBeTrue();
        report.GetProperty("temporaryHome").GetBoolean().ShouldBeFalse();
        report.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("url").GetString()).ShouldBe([home.Url("clock.demo.localhost", ""), home.Url("api.demo.localhost", "")]);
        demo.Output.ShouldHaveSingleItem();
    }

    private static async Task<ChildProcess> StartAsync(Home home, params string[] options)
    {
        var demo = home.Cli(["demo", .. options]);
        await demo.LineAsync("that it is ready", line => line.EndsWith(Ready, StringComparison.Ordinal));
        return demo;
    }

    private static async Task<string> RunAsync(Home home, string command)
    {
        var shell = home.Start("/bin/sh", ["-c", command]);
        (await shell.ExitAsync()).ShouldBe(0, shell.Transcript);
        return string.Join('\n', shell.Output);
    }

    private static async Task<string> TickAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, limit.Token);
        return Encoding.ASCII.GetString(buffer, 0, received.Count);
    }
}
