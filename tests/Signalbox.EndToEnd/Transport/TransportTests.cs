using System.Globalization;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>The transport a daemon is told to use is the one it uses.</summary>
public sealed class TransportTests
{
    [Fact]
    public async Task Sockets_Told_ServesOnOneEngineThreadACore()
    {
        await using var backend = await EchoBackend.StartAsync("page");
        await using var home = new Home("transport: sockets\n");
        var daemon = await home.UpAsync();
        await home.Admin.AddAsync("page.localhost", backend.Target);
        using var client = home.Client();
        await client.AnswersAsync("page.localhost", "page");
        (await home.Admin.StatusAsync()).Transport!.Kind.ShouldBe("sockets");
        await EngineThreadsAsync(daemon.Id, Environment.ProcessorCount);
    }

    [Fact]
    public async Task Sockets_ToldToADaemonInTheBackground_ServesOnOneEngineThreadACore()
    {
        await using var backend = await EchoBackend.StartAsync("page");
        await using var home = new Home("transport: sockets\n");
        (await home.RunAsync("up", "--detach")).ShouldExit(0);
        await home.Admin.AddAsync("page.localhost", backend.Target);
        await EngineThreadsAsync((await home.Admin.StatusAsync()).Pid, Environment.ProcessorCount);
    }

    /// <summary>Whoever sets the framework's own variable knows why.</summary>
    [Fact]
    public async Task Sockets_ThreadsSetByTheUser_AreLeftAlone()
    {
        await using var home = new Home("transport: sockets\n");
        var wanted = Environment.ProcessorCount + 1;
        var process = home.Start(Product.Program, ["up"], more: new Dictionary<string, string?> { ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = wanted.ToString(CultureInfo.InvariantCulture) });
        await new Daemon(home, process).AnswersAsync();
        await EngineThreadsAsync(process.Id, wanted);
    }

    [Fact]
    public async Task ConfigSilent_TheSurroundingsDecideAndTheStatusTells()
    {
        await using var home = new Home();
        await home.UpAsync();
        var transport = (await home.Admin.StatusAsync()).Transport!;
        if (transport.Reason is null) transport.Kind.ShouldBe(TestTransport.Name);
        else (TestTransport.Name, transport.Kind).ShouldBe(("epoll", "sockets"));
        (await home.RunAsync("status")).Output.ShouldContain($"transport  {transport.Kind}");
    }

    /// <summary>256 loops need two descriptors each. The daemon itself has about 200 open, two of them for each library.</summary>
    [Fact]
    public async Task Epoll_TooFewDescriptorsForItsLoops_ServesOnSocketsAndSaysWhy()
    {
        await using var backend = await EchoBackend.StartAsync("page");
        await using var home = new Home("transport: epoll\neventLoops: 256\n");
        var process = home.Start("sh", ["-c", "ulimit -n 400; exec \"$0\" up", Product.Program]);
        await new Daemon(home, process).AnswersAsync();
        await home.Admin.AddAsync("page.localhost", backend.Target);
        using var client = home.Client();
        await client.AnswersAsync("page.localhost", "page");
        var transport = (await home.Admin.StatusAsync()).Transport!;
        (transport.Kind, transport.Loops).ShouldBe(("sockets", 0));
        transport.Reason.ShouldBe("epoll is not to be had: too few files may be open for its event loops (ulimit -n)");
        (await home.RunAsync("status")).Errors.ShouldContain("The router runs on sockets: epoll is not to be had: too few files may be open for its event loops (ulimit -n).");
    }

    /// <summary>A thread names itself when it first runs, which may be a moment after it was started.</summary>
    private static Task EngineThreadsAsync(int pid, int wanted) =>
        Wait.UntilAsync($"there are {wanted} engine threads", () => EngineThreads(pid) == wanted, () => $"There are {EngineThreads(pid)}.");

    private static int EngineThreads(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Count(thread => File.ReadAllText($"{thread}/comm").StartsWith(".NET Sockets", StringComparison.Ordinal));
}
