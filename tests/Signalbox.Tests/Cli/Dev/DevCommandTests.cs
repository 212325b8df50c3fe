using System.Net;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Tests.Sources.DevServers;

namespace Signalbox.Tests.Cli.Dev;

/// <summary>The real command and real children, against a daemon whose answers the test chooses.</summary>
public sealed class DevCommandTests : IDisposable
{
    /// <summary>Listens on the address and port given, says so, and ends with its standard input.</summary>
    private const string Server = "import socket, sys; s = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=5); print('listening', s.getsockname()[1], flush=True); sys.stdin.read()";

    private readonly TemporaryFolder _folder = new();

    private HomeLayout Home => new(_folder.Folder("home"));

    private string Project => _folder.Folder("shop");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -KILL $$", 137)]
    public async Task Dev_CommandEnds_ItsExitCodeIsPassedOn(string script, int code)
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--", "/bin/sh", "-c", script]);
        (await dev.ExitCodeAsync()).ShouldBe(code);
        await (await daemon.NextLeaseAsync()).Ended;
    }

    [Fact]
    public async Task Dev_CommandsThatCannotRun_SayWhy()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        _folder.File("shop/plain", "x");
        _folder.Program("shop/orphan", "#!/no/such/interpreter\n");
        _folder.Program("shop/bare", "exit 5\n");
        (await RunAsync("no-such-command-here")).ShouldBe((127, "no-such-command-here: There is no such command in PATH."));
        (await RunAsync("./nothing")).ShouldBe((127, $"./nothing: There is no file {Project}/nothing."));
        (await RunAsync("./plain")).ShouldBe((126, $"./plain: The file {Project}/plain is not executable."));
        (await RunAsync("./")).ShouldBe((126, $"./: {Project}/ is a directory."));
        (await RunAsync("./orphan")).ShouldBe((126, $"{Project}/orphan: It cannot be run, because the interpreter that its first line names is missing."));
        (await RunAsync("./bare")).Code.ShouldBe(5);
        // A file of that name in the current directory is not what the word means.
        _folder.Program("shop/not-in-path", "#!/bin/sh\nexit 0\n");
        (await RunAsync("not-in-path")).Code.ShouldBe(127);
    }

    [Theory]
    [InlineData("--port 0 -- true", 2, "“0” is not a port")]
    [InlineData("--port 65536 -- true", 2, "“65536” is not a port")]
    [InlineData("--host a_b.localhost -- true", 2, "underscore")]
    [InlineData("--host a/b -- true", 2, "no slash")]
    [InlineData("--host x.localhost --label y -- true", 2, "--name and --label")]
    [InlineData("--name ___ -- true", 2, "Nothing is left")]
    [InlineData("--path v1 -- true", 2, "starts with a slash")]
    [InlineData("true", 2, "Two hyphens")]
    [InlineData("--", 2, "The command is missing")]
    [InlineData("--lable x -- true", 2, "Did you mean `--label`?")]
    [InlineData("npm run -- dev", 2, "“npm” stands in front of the two hyphens")]
    public async Task Dev_WrongUse_IsSaidBeforeAnythingStarts(string arguments, int code, string text)
    {
        using var dev = new DevProcess(Home, Project, arguments.Split(' '));
        await dev.LineAsync(text);
        (await dev.ExitCodeAsync()).ShouldBe(code);
        File.Exists(Home.DaemonLog).ShouldBeFalse("No daemon was needed to see this.");
    }

    [Fact]
    public async Task Dev_PortTaken_NamesTheProcess()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        using var dev = new DevProcess(Home, Project, ["--port", $"{port}", "--", "true"]);
        await dev.LineAsync($"(process {Environment.ProcessId}) listens on it");
        (await dev.ExitCodeAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Dev_NameHeld_IsRefusedBeforeTheCommandStarts()
    {
        var held = new Problem(ProblemType.HostInUse, ProblemSide.Request, "shop.localhost", "It is held by another project.", "Use --label.");
        await using var daemon = await FakeDaemon.StartAsync(Home, refusal: held);
        using var dev = new DevProcess(Home, Project, ["--", "/bin/sh", "-c", "touch started"]);
        await dev.LineAsync("held by another project");
        (await dev.ExitCodeAsync()).ShouldBe(4);
        File.Exists(Path.Combine(Project, "started")).ShouldBeFalse();
    }

    [Fact]
    public async Task Dev_Command_IsToldItsPortAndName()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home, port: 4123);
        var root = _folder.File("home/authority/root.pem", "ROOT\n");
        using var dev = new DevProcess(Home, Project,
            ["--label", "Two", "--path", "/api", "--host-header", "inner", "--take", "--", "/bin/sh", "-c", "echo $PORT $HOST $SIGNALBOX_URL $NODE_EXTRA_CA_CERTS; echo \"$@\"", "sh", "{port}", "{host}", "{url}"]);
        await dev.LineAsync($"4123 127.0.0.1 https://shop.two.localhost {root}");
        await dev.LineAsync("4123 127.0.0.1 https://shop.two.localhost");
        (await dev.ExitCodeAsync()).ShouldBe(0);
        var request = (await daemon.NextLeaseAsync()).Request;
        request.Hosts.ShouldBe(["shop.two.localhost"]);
        (request.Path, request.HostHeader, request.Take, request.Project).ShouldBe(("/api", "inner", true, Project));
        request.Backends.ShouldBeEmpty();
        Guid.TryParse(request.Holder, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Dev_CommandsOwnHyphensAndOptions_ReachIt()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--", "/bin/sh", "-c", "echo \"got $@\"", "sh", "a", "--", "--port", "--help", "@scope/name", ""]);
        await dev.LineAsync("got a -- --port --help @scope/name ");
        (await dev.ExitCodeAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Dev_KnownTool_IsGivenItsFlags()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home, port: 4123);
        _folder.Program("shop/node_modules/.bin/vite", "#!/bin/sh\necho \"vite: $@\"\n");
        using var dev = new DevProcess(Home, Project, ["--", "node_modules/.bin/vite", "--open"]);
        await dev.LineAsync("vite: --open --port 4123 --strictPort --host 127.0.0.1");
        (await dev.ExitCodeAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Dev_CommandListens_UrlIsPrintedOnceProvedAndLetGoWithTheCommand()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--", "python3", "-c", Server, "127.0.0.1", "0"]);
        var port = (await dev.LineAsync("listening")).Split(' ')[1];
        var lease = await daemon.NextLeaseAsync();
        (await lease.NextBackendsAsync()).ShouldBe([$"http://127.0.0.1:{port}"]);
        (await dev.LineAsync("proved")).ShouldBe($"  ➜ https://shop.localhost  → http://127.0.0.1:{port}  proved");
        dev.CloseInput();
        (await dev.ExitCodeAsync()).ShouldBe(0);
        await lease.Ended;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(15)]
    public async Task Dev_Signal_ReachesTheCommandWhichDecides(int signal)
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--", "python3", "-u", "-c",
            "import signal, sys, os\ndef got(n, f): print('got', n, flush=True); os._exit(40 + n)\nfor n in (1, 2, 3, 10, 12, 15): signal.signal(n, got)\nprint('ready', flush=True)\nwhile True: signal.pause()"]);
        await dev.LineAsync("ready");
        dev.Signal(signal);
        await dev.LineAsync($"got {signal}");
        (await dev.ExitCodeAsync()).ShouldBe(40 + signal);
        await (await daemon.NextLeaseAsync()).Ended;
    }

    /// <summary>What is ignored from the start stays so, as under nohup or behind a shell's ampersand: neither we nor the command are ended by it.</summary>
    [Fact]
    public async Task Dev_StartedWithIgnoredSignals_LeavesThemIgnored()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        // The command says what it was handed, then takes every signal: the first to reach it ends it.
        using var dev = new DevProcess("--ignore-signal=HUP,INT", Home, Project, ["--", "python3", "-u", "-c",
            "import signal, os\nignored = [n for n in (1, 2, 15) if signal.getsignal(n) == signal.SIG_IGN]\nfor n in (1, 2, 15): signal.signal(n, lambda n, f: os._exit(40 + n))\nprint('ignored', ignored, flush=True)\nwhile True: signal.pause()"]);
        (await dev.LineAsync("ignored")).ShouldBe("ignored [1, 2]");
        foreach (var signal in (int[])[1, 2, 15]) dev.Signal(signal);
        (await dev.ExitCodeAsync()).ShouldBe(40 + 15);
    }

    [Fact]
    public async Task Dev_CommandEndsWithoutItsServer_TheServerIsSentTheSignalToo()
    {
        // As npm does: it ends at SIGTERM and leaves the server it started behind.
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--", "/bin/sh", "-c", "python3 -u -c \"$1\" & wait", "sh",
            "import signal, os\nsignal.signal(15, lambda n, f: (print('server ended', flush=True), os._exit(0)))\nprint('ready', flush=True)\nwhile True: signal.pause()"]);
        await dev.LineAsync("ready");
        dev.Signal(15);
        await dev.LineAsync("server ended");
        (await dev.ExitCodeAsync()).ShouldBe(143);
    }

    [Fact]
    public async Task Dev_ControlCInATerminal_ReachesTheCommandOnce()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        // The first interrupt answers by a signal to us, which is passed on behind whatever we sent before.
        var command = "import os, signal\nseen = []\ndef interrupt(n, f):\n  seen.append(n)\n  if len(seen) == 1: os.kill(os.getppid(), 15)\nsignal.signal(2, interrupt)\nsignal.signal(15, lambda n, f: (print('interrupts', len(seen), flush=True), os._exit(3)))\nprint('ready', flush=True)\nwhile True: signal.pause()";
        // A terminal of its own: what python writes to it is what a person types.
        var terminal = "import os, pty, sys\npid, fd = pty.fork()\nif pid == 0: os.execvp(sys.argv[1], sys.argv[1:])\ntext = b''\nsent = False\nwhile True:\n  try: part = os.read(fd, 4096)\n  except OSError: break\n  if not part: break\n  text += part\n  if not sent and b'ready' in text: os.write(fd, b'\\x03'); sent = True\ncode = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\nprint(text.decode()); print('code', code, flush=True)";
        using var outer = new ChildProcess("python3", ["-c", terminal, .. DevProcess.Program, "dev", "--home", Home.Root, "--name", "shop", "--", "python3", "-u", "-c", command]);
        var output = new List<string>();
        while (await outer.ReadLineAsync() is { } line)
        {
            output.Add(line.Trim());
            if (line.StartsWith("code", StringComparison.Ordinal)) break;
        }

        output.ShouldContain(line => line.EndsWith("interrupts 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dev_OwnRoots_AreJoinedForNode()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        _folder.File("home/authority/root.pem", "ROOT\n");
        var own = _folder.File("corporate.pem", "CORPORATE\n");
        using var dev = new DevProcess(Home, Project, ["--", "/bin/sh", "-c", "cat $NODE_EXTRA_CA_CERTS"], ("NODE_EXTRA_CA_CERTS", own));
        await dev.LineAsync("CORPORATE");
        await dev.LineAsync("ROOT");
    }

    [Fact]
    public async Task Dev_Command_StartsWithOrdinarySignals()
    {
        await using var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--", "/bin/sh", "-c", "grep -E '^Sig(Ign|Blk)' /proc/self/status"]);
        (await dev.LineAsync("SigBlk")).Split('\t')[1].ShouldBe("0000000000000000");
        (await dev.LineAsync("SigIgn")).Split('\t')[1].ShouldBe("0000000000000000");
    }

    [Fact]
    public async Task Dev_DaemonRestarts_TheHolderComesBackWithItsBackends()
    {
        var daemon = await FakeDaemon.StartAsync(Home);
        using var dev = new DevProcess(Home, Project, ["--take", "--", "python3", "-c", Server, "127.0.0.1", "0"]);
        var first = await daemon.NextLeaseAsync();
        var backends = await first.NextBackendsAsync();
        await dev.LineAsync("proved");
        await daemon.ShutdownAsync();
        await dev.LineAsync("The command runs on");

        await using var second = await FakeDaemon.StartAsync(Home);
        var lease = await second.NextLeaseAsync();
        lease.Request.Holder.ShouldBe(first.Request.Holder);
        lease.Request.Backends.ShouldBe(backends);
        lease.Request.Take.ShouldBeFalse();
        await lease.SendAsync(new Signalbox.Model.Wire.LeaseEvent { Event = "proved", Urls = lease.Urls, Revision = 2 });
        await dev.LineAsync("proved");
        File.Exists(Home.DaemonLog).ShouldBeFalse("A daemon that was told to end is waited for, not started again.");
        dev.CloseInput();
        (await dev.ExitCodeAsync()).ShouldBe(0);
        await lease.Ended;
    }

    private async Task<(int Code, string Text)> RunAsync(string command)
    {
        using var dev = new DevProcess(Home, Project, ["--", command]);
        var code = await dev.ExitCodeAsync();
        var error = dev.Output.FirstOrDefault(line => line.StartsWith("error: ", StringComparison.Ordinal)) ?? "";
        return (code, error.Length > 0 ? error["error: ".Length..] : "");
    }
}
