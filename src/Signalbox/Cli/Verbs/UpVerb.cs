using System.CommandLine;
using System.Globalization;
using Signalbox.Cli.Client;
using Signalbox.Host;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary>
/// <c>signalbox up</c>: the daemon itself, in the foreground until Ctrl-C; with <c>--detach</c> a process of its own that is waited for until it answers.
/// </summary>
internal static class UpVerb
{
    /// <summary>How long a port may be held before it is told: the daemon tries four times within this, and a daemon that ends takes less.</summary>
    private static readonly TimeSpan ShortConflict = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static Command Create(CliContext cli)
    {
        var http = TypedOptions.Port("--http", "Port for plain HTTP [default: 80, else 8080]");
        var https = TypedOptions.Port("--https", "Port for HTTPS [default: 443, else 8443]");
        var bind = new Option<string?>("--bind") { Description = "loopback, any, or an address to listen on [default: loopback]", HelpName = "ADDRESS" };
        var config = new Option<string?>("--config") { Description = "The config file [default: signalbox.yaml in the home]", HelpName = "FILE" };
        var detach = new Option<bool>("--detach") { Description = "Run in the background; return once it answers" };
        var detached = new Option<bool>(DaemonCommand.DetachedOption) { Hidden = true };
        var command = new Command("up", "Start the daemon") { http, https, bind, config, detach, detached, CommonOptions.Json };
        command.SetAction((parse, cancellation) =>
        {
            var options = new DaemonOptions(cli.Home(parse), parse.GetValue(http), parse.GetValue(https), parse.GetValue(bind), parse.GetValue(config) is { } file ? Path.GetFullPath(file) : null);
            if (parse.GetValue(detached)) Detachment.Leave();
            return parse.GetValue(detach) ? DetachAsync(cli, parse, options, cancellation) : Daemon.RunAsync(options, cancellation);
        });
        return command;
    }

    private static async Task<int> DetachAsync(CliContext cli, ParseResult parse, DaemonOptions options, CancellationToken cancellation)
    {
        using var client = new AdminClient(options.Home.AdminSocket);
        var running = await client.StatusAsync(cancellation);
        var words = Words(options);
        if (running.Succeeded)
        {
            cli.Error.Line("note: A daemon runs in this home already." + (words.Count == 0 ? "" : " It keeps the options it was started with; for others stop it with `signalbox down` first."));
            return cli.Answer(parse, running.Value, report => StatusVerb.Print(cli, report));
        }

        var started = await new DaemonStarter(cli.Time, home => DaemonCommand.OfThisProgram(home, words)).EnsureAsync(options.Home, cancellation);
        if (!started.Succeeded) return cli.Fail(started.Problems);
        return cli.Answer(parse, await SettledAsync(cli, client, started.Value, cancellation), report => StatusVerb.Print(cli, report));
    }

    /// <summary>A port that is held for a moment, by a daemon that is just ending for one, is not worth a warning; one that stays held is told with all the rest.</summary>
    private static async Task<StatusReport> SettledAsync(CliContext cli, AdminClient client, StatusReport started, CancellationToken cancellation)
    {
        var (began, status) = (cli.Time.GetTimestamp(), started);
        while (status.Waiting.Length > 0 && cli.Time.GetElapsedTime(began) < ShortConflict)
        {
            await Task.Delay(Look, cli.Time, cancellation);
            var again = await client.StatusAsync(cancellation);
            if (!again.Succeeded) break;
            status = again.Value;
        }

        return status;
    }

    /// <summary>The options as words again, for the process that is to be the daemon.</summary>
    private static List<string> Words(DaemonOptions options)
    {
        var words = new List<string>();
        Add("--http", options.HttpPort?.ToString(CultureInfo.InvariantCulture));
        Add("--https", options.HttpsPort?.ToString(CultureInfo.InvariantCulture));
        Add("--bind", options.Bind);
        Add("--config", options.ConfigFile);
        return words;

        void Add(string option, string? value)
        {
            if (value is not null) words.AddRange([option, value]);
        }
    }
}
