using System.Net;
using Microsoft.Extensions.Logging;
using Signalbox.Control;
using Signalbox.Control.Explaining;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Sources.Files;

namespace Signalbox.Host;

/// <summary>
/// The daemon's life, floor by floor:
/// <list type="number">
/// <item>the socket engine's settings, which count only before the process's first socket;</item>
/// <item>the home and its lock;</item>
/// <item>the config file (a bad one is told whole and nothing starts, except where a daemon ran before: then the last good routes serve);</item>
/// <item>the store, the local authority;</item>
/// <item>the stored routes into the router, then its listeners: the first request that can come in is already served. Ports that cannot be had are waited for;</item>
/// <item>the prover, the leases' grace, the sources;</item>
/// <item>the admin socket, last: whoever finds it finds everything behind it.</item>
/// </list>
/// It stops in the reverse order.
/// </summary>
internal static class Daemon
{
    /// <summary>A problem at the start: nothing was changed.</summary>
    private const int Failed = 1;

    /// <summary>Another daemon holds the home.</summary>
    private const int HeldElsewhere = 4;

    public static async Task<int> RunAsync(DaemonOptions options, CancellationToken cancellation)
    {
        SocketEngine.Prepare(options);
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddProvider(new LineLog(Console.Error, TimeProvider.System)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Outcome<Composition> built;
        try
        {
            built = await Composition.BuildAsync(options, logs, stop.Cancel, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped before it had started: everything begun was ended again.
            return 0;
        }

        if (!built.Succeeded)
        {
            foreach (var problem in built.Problems) await Console.Error.WriteLineAsync($"signalbox: {problem}");
            return built.Problem.Type == ProblemType.HomeInUse ? HeldElsewhere : Failed;
        }

        await using var daemon = built.Value;
        var logger = logs.CreateLogger("Signalbox");
        foreach (var problem in daemon.Status.Problems()) logger.LogWarning("{Problem}", problem);
        foreach (var notice in daemon.Status.Notices) logger.LogInformation("{Notice}", notice);
        if (daemon.Listeners.All.Count == 0) logger.LogError("signalbox listens nowhere yet: none of its ports could be had. It goes on, and serves as soon as it gets one.");
        logger.LogInformation("signalbox {Version} serves {Listeners} from {Home} (pid {Pid}).", StatusTeller.Version, Text(daemon.Listeners), options.Home.Root, Environment.ProcessId);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Token.Register(() => stopped.TrySetResult())) await stopped.Task;
        logger.LogInformation("Stopping.");
        return 0;
    }

    private static string Text(ListenerBook listeners)
    {
        var listening = listeners.All.Count == 0 ? "nothing" : string.Join(", ", listeners.All.Select(listener => $"{listener.Protocol} {EndPoint(listener)}"));
        return listeners.Waiting.Count == 0 ? listening : $"{listening} (and waits for {string.Join(", ", listeners.Waiting.Select(listener => $"{listener.Protocol} {EndPoint(listener)}"))})";
    }

    private static IPEndPoint EndPoint(ListenerReport listener) => new(IPAddress.Parse(listener.Address), listener.Port);

    /// <summary>The file the daemon reads, whether it is there or not.</summary>
    public static string ConfigPath(DaemonOptions options) => Path.GetFullPath(options.ConfigFile ?? options.Home.ConfigFile);

    /// <summary>The config as the daemon starts with it; a file that is not there is the default.</summary>
    public static Outcome<SignalboxConfig> ReadConfig(DaemonOptions options)
    {
        var path = ConfigPath(options);
        if (File.Exists(path)) return ConfigFile.Read(path);
        if (options.ConfigFile is null) return SignalboxConfig.Default;
        return new Problem(ProblemType.InvalidConfig, ProblemSide.Request, path, "The config file given with --config is not there.", "Check the path.");
    }
}
