using System.CommandLine;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary>
/// <c>signalbox route add HOST TARGET</c>. Done (0) once the route is made, also when nothing listens behind it yet: that is said, and never called live.
/// </summary>
internal static class RouteAddVerb
{
    public static Command Create(CliContext cli)
    {
        var host = RouteVerb.Host();
        var target = new Argument<string[]>("TARGET") { Description = "Where it leads: http://HOST:PORT, https://…, h2c://…, or a port of this machine; several share the load", Arity = ArgumentArity.OneOrMore };
        var path = RouteVerb.Path();
        var header = new Option<string?>("--host-header") { Description = "The Host header for the target [default: the client's]", HelpName = "HOST" };
        var tls = TypedOptions.Choice("--tls", "auto: HTTPS where a certificate can be had; off: plain HTTP only [default: auto]", "auto", "off");
        var take = new Option<bool>("--take") { Description = "Take the name from whoever holds it" };
        var command = new Command("add", "Make a lasting route, or replace the one with this host and path") { host, target, path, header, tls, take, CommonOptions.Json };
        command.SetAction((parse, cancellation) =>
        {
            var request = new ClaimRequest
            {
                Hosts = [parse.GetValue(host)!],
                Backends = parse.GetValue(target)!,
                Path = parse.GetValue(path),
                HostHeader = parse.GetValue(header),
                Tls = parse.GetValue(tls),
                Take = parse.GetValue(take),
            };

            // The daemon validates by the same code; asking it here first tells a mistake also when there is no daemon.
            var valid = request.Validate(ClaimLife.Lasting);
            return valid.Succeeded
                ? cli.AnswerAsync(parse, client => client.PutRouteAsync(request, cancellation), routes => Print(cli, routes))
                : Task.FromResult(cli.Fail(valid.Problems));
        });
        return command;
    }

    public static int Print(CliContext cli, RouteReport[] routes)
    {
        foreach (var route in routes)
        {
            cli.Out.Line($"{cli.Out.Paint(route.State, StateColours.OfRoute(route.State))} {route.Url} leads to {string.Join(", ", route.Backends)}");
            if (route.Problem is { } problem) ProblemOutput.Warn(cli.Error, problem);
            else if (route.State != RouteStates.Live) cli.Error.Line($"note: the route is made but not proved yet; `signalbox why {route.Url}` tells how it stands.");
        }

        return routes.All(route => route.State is RouteStates.Live or RouteStates.Pending or RouteStates.BackendDown) ? ExitCodes.Done : ExitCodes.Failed;
    }
}
