using System.Globalization;
using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Demo;

/// <summary>
/// The daemon the demo uses: the one that runs in the user's home; else one started there; else, where none can be started there (its ports are held by
/// another program, for one), one on free ports in a temporary home, so that the demo shows something on every machine.
/// </summary>
internal sealed class DemoDaemon
{
    /// <summary>Ending must not hang on a disk or a daemon that does not answer.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(40);

    private readonly CliContext _cli;
    private string[] _options = [];

    private DemoDaemon(CliContext cli, HomeLayout home)
    {
        (_cli, Home) = (cli, home);
        Starter = new DaemonStarter(cli.Time, own => DaemonCommand.OfThisProgram(own, _options));
    }

    public HomeLayout Home { get; }

    public required bool IsTemporary { get; init; }

    /// <summary>True when there was none before the demo.</summary>
    public bool IsOurs { get; private set; }

    /// <summary>Brings it back, on the ports it had, should it be lost.</summary>
    public DaemonStarter Starter { get; }

    public StatusReport Status { get; private set; } = null!;

    public static async Task<Outcome<DemoDaemon>> OpenAsync(CliContext cli, HomeLayout home, CancellationToken cancellation)
    {
        var daemon = new DemoDaemon(cli, home) { IsTemporary = false };
        if (await daemon.FindAsync(cancellation) is not { } problem) return daemon;
        ProblemOutput.Warn(cli.Error, problem);
        var temporary = new DemoDaemon(cli, new HomeLayout(Directory.CreateTempSubdirectory("signalbox-demo-").FullName)) { IsTemporary = true, _options = ["--http", "0", "--https", "0"] };
        cli.Error.Line($"So the demo runs a daemon of its own, on free ports and in a temporary home, {temporary.Home.Root}, which is deleted at the end.");
        if (await temporary.FindAsync(cancellation) is not { } second) return temporary;
        Directory.Delete(temporary.Home.Root, recursive: true);
        return second;
    }

    /// <summary>Ends what the demo began. A daemon that carries routes of others by now is left to them.</summary>
    public async Task EndAsync()
    {
        if (!IsOurs) return;
        using var limit = new CancellationTokenSource(EndLimit);
        using var client = new AdminClient(Home.AdminSocket);
        var routes = await client.RoutesAsync(limit.Token);
        if (!IsTemporary && routes.Succeeded && routes.Value.Length > 0)
        {
            _cli.Error.Line("The daemon that the demo started carries other names by now, so it goes on; `signalbox down` ends it.");
            return;
        }

        if (await DaemonStopper.StopAsync(Home, _cli.Time, limit.Token) is { Type: not ProblemType.NoDaemon } problem) ProblemOutput.Warn(_cli.Error, problem);
        if (IsTemporary) Directory.Delete(Home.Root, recursive: true);
    }

    /// <summary>Null when it answers.</summary>
    private async Task<Problem?> FindAsync(CancellationToken cancellation)
    {
        using var client = new AdminClient(Home.AdminSocket);
        var found = await client.StatusAsync(cancellation);
        IsOurs = !found.Succeeded;
        if (IsOurs) found = await Starter.EnsureAsync(Home, cancellation);
        if (!found.Succeeded) return found.Problem;
        Status = found.Value;
        if (Closed(Status) is { } closed)
        {
            // Its URLs would lead to whoever holds the port.
            if (IsOurs) await EndAsync();
            IsOurs = false;
            return closed;
        }

        if (IsTemporary) _options = ["--http", Port("http"), "--https", Port("https")];
        return null;
    }

    /// <summary>Why whoever asks for a name does not, or not always, come in there.</summary>
    private static Problem? Closed(StatusReport status) =>
        status.Waiting.FirstOrDefault(waiting => waiting.Problem?.Type == ProblemType.PortInUse || status.Listeners.All(listener => listener.Protocol != waiting.Protocol))?.Problem;

    private string Port(string protocol) => Status.Listeners.First(listener => listener.Protocol == protocol).Port.ToString(CultureInfo.InvariantCulture);
}
