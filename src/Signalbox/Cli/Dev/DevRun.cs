using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Sources.DevServers;

namespace Signalbox.Cli.Dev;

/// <summary>
/// One run of <c>signalbox dev</c>:
/// <list type="number">
/// <item>Read the options and the project, and look the command up: what is wrong with them is said before anything is started.</item>
/// <item>Find or start the daemon.</item>
/// <item>Get a port.</item>
/// <item>Take the lease, still without backends: a conflict is refused before the command runs.</item>
/// <item>Start the command, told its port and URL.</item>
/// <item>Tell the daemon where it listens, now and whenever that changes.</item>
/// <item>Say the URL once it is proved.</item>
/// <item>When the command ends, end the lease at once and pass on the exit code.</item>
/// </list>
/// Once the command runs, nothing that happens to the name or the daemon ends it.
/// </summary>
/// <param name="cli">Where to print, the environment, the clock.</param>
/// <param name="home">Whose daemon.</param>
/// <param name="starter">Finds or starts it.</param>
/// <param name="signals">Passes signals on to the command.</param>
internal sealed class DevRun(CliContext cli, HomeLayout home, DaemonStarter starter, SignalRelay signals)
{
    /// <summary>What the command is told to listen on, in its own flags or in HOST.</summary>
    private const string Address = "127.0.0.1";

    private readonly DevReporter _reporter = new(cli.Error);

    /// <summary>The exit code of the command, or of what kept it from running.</summary>
    public async Task<int> RunAsync(DevOptions options, string directory)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        try
        {
            // 1
            var plan = DevPlan.Make(options, directory);
            if (!plan.Succeeded) return cli.Fail(plan.Problems);
            var file = CommandFile.Find(options.Command[0], directory, cli.Variable("PATH"));
            if (file.Path is null) return Fail(file.Problem!, file.ExitCode);

            // 2
            var daemon = await starter.EnsureAsync(home, life.Token);
            if (!daemon.Succeeded) return cli.Fail(daemon.Problems);

            // The name was made before, so that a bad one is told without a daemon; a daemon with another base domain has it made again.
            if (daemon.Value.BaseDomain is { } baseDomain) plan = DevPlan.Make(options, directory, baseDomain);
            if (!plan.Succeeded) return cli.Fail(plan.Problems);

            // 3
            var port = await new PortSupply(home).GetAsync(plan.Value.Port, life.Token);
            if (!port.Succeeded) return cli.Fail(port.Problems);

            // 4
            await using var keeper = new LeaseKeeper(home, starter, _reporter, cli.Time);
            var granted = await keeper.TakeAsync(plan.Value.Request, life.Token);
            if (!granted.Succeeded) return cli.Fail(granted.Problems);

            // 5
            var launch = Launch(options, plan.Value, port.Value, granted.Value, directory);
            signals.Token.ThrowIfCancellationRequested();
            var started = ChildCommand.Start(file.Path, launch.Arguments, directory, launch.Variables);
            if (!started.Succeeded) return Fail(started.Problem, CommandFile.NotExecutable);
            using var command = started.Value;
            signals.Attach(command.Id);

            // 6, 7
            var work = Task.WhenAll(
                keeper.HoldAsync(plan.Value.Request, life.Token),
                new ServerWatch(keeper, _reporter, cli.Time).RunAsync(command.Id, launch, life.Token));

            // 8
            var code = await command.WaitAsync();
            var leftovers = signals.Detach();
            await life.CancelAsync();
            await work;
            await keeper.DisposeAsync();
            if (leftovers is not null) await leftovers.EndAsync(cli.Time);
            return code;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
    }

    private DevLaunch Launch(DevOptions options, DevPlan plan, int port, LeaseEvent granted, string directory)
    {
        var url = granted.Urls is { Length: > 0 } urls ? urls[0] : "https://" + plan.Request.Hosts[0];
        var environment = new CommandEnvironment(port, Address, url);
        var server = CommandEnvironment.HasPortPlaceholder(options.Command) ? null : new CommandReader(port, Address).Read(options.Command, directory);
        return new DevLaunch
        {
            Arguments = [.. options.Command.Skip(1).Select(environment.Fill), .. server?.Extra ?? []],
            Variables = environment.Variables(plan.Request.Hosts, Certificates(granted), cli.Variable),
            Port = server?.OwnPort ?? port,
            // A port that the command names itself may have been another program's all along.
            IsOurs = server?.OwnPort is null,
            Url = url,
        };
    }

    private string? Certificates(LeaseEvent granted)
    {
        if (granted.RootCertificate is not { } root) return null;
        var file = NodeCertificates.Combine(home, root, cli.Variable("NODE_EXTRA_CA_CERTS"));
        if (file.Succeeded) return file.Value;
        _reporter.Warn(file.Problem);
        return null;
    }

    private int Fail(Problem problem, int code)
    {
        ProblemOutput.Write(cli.Error, problem);
        return code;
    }
}
