using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Developing;

/// <summary><c>signalbox dev</c>: the command and its name live and end together, and the command is seen through it as if it had been run alone.</summary>
public sealed class DevTests
{
    [Fact]
    public async Task Dev_Interrupted_EndsCommandAndName()
    {
        await using var home = new Home();
        var dev = DevServer.Start(home, "page");
        await DevServer.ReadyAsync(home, dev, "page");
        dev.Signal(Signals.Interrupt);
        (await dev.ExitAsync()).ShouldBe(0, dev.Transcript);
        dev.Output.ShouldContain("ended by signal 2");
        await Wait.UntilAsync("the name is gone", async () => (await home.Admin.RoutesAsync()).Length == 0);
    }

    [Fact]
    public async Task Dev_Terminated_EndsCommandAndName()
    {
        await using var home = new Home();
        var dev = DevServer.Start(home, "page");
        await DevServer.ReadyAsync(home, dev, "page");
        dev.Signal(Signals.Terminate);
        (await dev.ExitAsync()).ShouldBe(0, dev.Transcript);
        dev.Output.ShouldContain("ended by signal 15");
    }

    [Fact]
    public async Task Dev_Killed_NameEndsWithItsConnection()
    {
        await using var home = new Home();
        await home.UpAsync();
        var dev = DevServer.Start(home, "page");
        await DevServer.ReadyAsync(home, dev, "page");
        dev.Signal(Signals.Kill);
        await Wait.UntilAsync("the name is gone", async () => (await home.Admin.RoutesAsync()).Length == 0);
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public async Task Dev_CommandEnds_ItsExitCodePassesThrough(string script, int code)
    {
        await using var home = new Home();
        (await home.RunAsync("dev", "--", "sh", "-c", script)).ShouldExit(code);
    }

    [Fact]
    public async Task Dev_CommandThatIsNotThere_FailsNamingIt()
    {
        await using var home = new Home();
        // 127 is what shells answer; the command itself might have ended with any other code.
        (await home.RunAsync("dev", "--", "no-such-program")).ShouldExit(127).Errors.ShouldContain("no-such-program");
    }

    [Fact]
    public async Task Dev_PortInArgumentsAndEnvironment_AreTheSameAndTheUrlIsTold()
    {
        await using var home = new Home();
        var result = await home.RunAsync("dev", "--host", "told.localhost", "--", "sh", "-c", "echo \"$0 $PORT $SIGNALBOX_URL $NODE_EXTRA_CA_CERTS\"", "{port}");
        var words = result.ShouldExit(0).Output.Split('\n').First(line => line.Contains("told.localhost", StringComparison.Ordinal) && line.Split(' ').Length == 4).Split(' ');
        words[0].ShouldBe(words[1]);
        int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 65_535);
        words[2].ShouldBe(home.Url("told.localhost", ""));
        File.Exists(words[3]).ShouldBeTrue();
    }

    [Fact]
    public async Task Dev_ServerCrashesAndComesBack_NameIsServedAgain()
    {
        await using var home = new Home();
        var folder = DevServer.Folder(home, "crash");
        // A watcher as dev servers have one: it runs the server again whenever it ends.
        var dev = home.Start(
            Product.Program,
            ["dev", "--host", "crash.localhost", "--", "sh", "-c", "trap 'kill $!; exit 0' INT TERM; while :; do n=$((n + 1)); NAME=$n python3 \"$0\" & wait $!; done", Product.TestFile("dev-server.py")],
            folder);
        await DevServer.ReadyAsync(home, dev, "crash");
        using var client = home.Client();
        (await client.TextAsync("crash.localhost")).ShouldBe("1");
        await client.TextAsync("crash.localhost", "/crash");
        await client.AnswersAsync("crash.localhost", "2");
        await Wait.UntilAsync("the route is live again", async () => (await home.Admin.RoutesAsync()) is [{ State: RouteStates.Live }]);
        dev.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task Dev_ServerTakesAnotherPort_IsFoundThere()
    {
        await using var home = new Home();
        var other = PortPool.Take();
        var dev = home.Start(Product.Program, ["dev", "--host", "moved.localhost", "--", .. DevServer.Command, $"{other}"], more: new Dictionary<string, string?> { ["NAME"] = "moved" });
        await DevServer.ReadyAsync(home, dev, "moved");
        using var client = home.Client();
        (await client.TextAsync("moved.localhost")).ShouldBe("moved");
        (await home.Admin.RoutesAsync()).ShouldHaveSingleItem().Backends.ShouldHaveSingleItem().ShouldContain($":{other}");
    }

    [Fact]
    public async Task Dev_DaemonKilled_HolderBringsItBackByItself()
    {
        await using var home = new Home();
        var dev = DevServer.Start(home, "back");
        await DevServer.ReadyAsync(home, dev, "back");
        var killed = home.Daemons().ShouldHaveSingleItem();
        Signals.Send(killed, Signals.Kill);
        using var client = home.Client();
        await Wait.UntilAsync("another daemon has come", () => home.Daemons() is [var id] && id != killed);
        await client.AnswersAsync("back.localhost", "back");
        dev.HasExited.ShouldBeFalse();
    }
}
