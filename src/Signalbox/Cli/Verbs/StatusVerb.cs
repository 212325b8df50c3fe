using System.CommandLine;
using Signalbox.Cli.Output;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox status</c>: the daemon, its listeners and planes, counts of routes by state, and its problems.</summary>
internal static class StatusVerb
{
    public static Command Create(CliContext cli)
    {
        var command = new Command("status", "Show the daemon, its listeners and what it carries") { CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.AnswerAsync(parse, client => client.StatusAsync(cancellation), report => Print(cli, report)));
        return command;
    }

    public static int Print(CliContext cli, StatusReport report)
    {
        var routes = report.Routes;
        var page = new FieldPage(cli.Out)
        {
            { "daemon", $"version {report.Version}, pid {report.Pid}, up {Span.Since(report.Started, cli.Time)}" },
            { "home", report.Home },
            { "revision", report.Revision.ToString() },
        };
        foreach (var listener in report.Listeners) page.Add("listener", $"{listener.Protocol,-5} {Address(listener)}");
        foreach (var waiting in report.Waiting) page.Add("listener", $"{waiting.Protocol,-5} {Address(waiting)} {cli.Out.Paint("waiting", "yellow")}");
        if (report.Transport is { } transport) page.Add("transport", Describe(transport));
        foreach (var plane in report.Planes) page.Add("plane", $"{plane.Name} {cli.Out.Paint(plane.State, StateColours.OfPlane(plane.State))} at revision {plane.Revision}");
        page.Add("routes", $"{routes.Live} live, {routes.Pending} pending, {routes.BackendDown} backend-down, {routes.Shadowed} shadowed, {routes.Quarantined} quarantined");
        page.Write();
        foreach (var notice in report.Notices) cli.Error.Line("note: " + notice);
        foreach (var problem in report.Problems.Concat(report.Planes.Select(plane => plane.Problem).OfType<Model.Problem>()).Distinct()) ProblemOutput.Warn(cli.Error, problem);
        return ExitCodes.Done;
    }

    private static string Describe(TransportReport transport) => transport.Loops switch
    {
        0 => transport.Kind,
        1 => $"{transport.Kind}, 1 loop",
        _ => $"{transport.Kind}, {transport.Loops} loops",
    };

    private static string Address(ListenerReport listener) => listener.Address.Contains(':') ? $"[{listener.Address}]:{listener.Port}" : $"{listener.Address}:{listener.Port}";
}
