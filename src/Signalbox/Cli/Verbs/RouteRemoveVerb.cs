using System.CommandLine;
using Signalbox.Cli.Client;
using Signalbox.Model;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox route rm HOST</c>. A name that has no lasting route is a failure, with the names that are near it.</summary>
internal static class RouteRemoveVerb
{
    public static Command Create(CliContext cli)
    {
        var host = RouteVerb.Host();
        var path = RouteVerb.Path();
        var command = new Command("rm", "Remove a lasting route") { host, path };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, client => RunAsync(cli, client, parse.GetValue(host)!, parse.GetValue(path), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, AdminClient client, string hostText, string? pathText, CancellationToken cancellation)
    {
        var host = HostName.Parse(hostText);
        if (!host.Succeeded) return cli.Fail(host.Problems);
        var path = RoutePath.Parse(pathText);
        if (!path.Succeeded) return cli.Fail(path.Problems);
        var key = new RouteKey(host.Value, path.Value!);
        if (await client.RemoveRouteAsync(key.Host, key.Path, cancellation) is not { } problem)
        {
            cli.Out.Line($"removed {key}");
            return ExitCodes.Done;
        }

        return cli.Fail(problem.Type == ProblemType.NotFound && problem.Advice is null ? problem with { Advice = "`signalbox routes` lists what there is." } : problem);
    }
}
