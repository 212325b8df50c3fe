using Signalbox.Cli.Output;

namespace Signalbox.Cli.Demo;

/// <summary>What is printed once everything is proved.</summary>
internal static class DemoProgramme
{
    public static void Print(CliContext cli, bool json, int crashEvery, DemoDaemon daemon, IReadOnlyList<DemoService> services)
    {
        var root = services[0].RootCertificate;
        if (json)
        {
            var reports = services.Select(service => new DemoServiceReport(service.Name, service.Url, service.Backend, "proved", Curl(root, service))).ToArray();
            JsonOutput.Write(cli.Out, new DemoReport(daemon.Home.Root, daemon.IsTemporary, daemon.IsOurs, root, reports));
            return;
        }

        if (daemon.IsOurs && !daemon.IsTemporary)
        {
            foreach (var notice in daemon.Status.Notices) cli.Error.Line("note: " + notice);
        }

        cli.Out.Line(daemon.IsOurs ? $"A daemon has been started for the demo (process {daemon.Status.Pid}, home {daemon.Home.Root})." : $"The demo uses the daemon that runs already (process {daemon.Status.Pid}, home {daemon.Home.Root}).");
        cli.Out.Line("Two small services run, each a process of its own:");
        cli.Out.Line();
        var page = new ListPage(cli.Out, "SERVICE", "URL", "LEADS TO", "STATE");
        foreach (var service in services) page.Add(service.Name, new Cell(service.Url, "cyan"), service.Backend, new Cell("proved", "green"));
        page.Write();
        cli.Out.Line();
        foreach (var service in services) cli.Out.Line(Curl(root, service));
        cli.Out.Line();
        cli.Out.Line(daemon.IsTemporary
            ? "A browser warns about these URLs, because nothing trusts the temporary home's certificates."
            : "Browsers trust these URLs after `signalbox trust` (in a clone: `./signalbox trust`).");
        cli.Out.Line($"The API crashes every {crashEvery} s and is started again. Open the clock and watch. Ctrl-C ends the demo.");
        cli.Out.Line();
    }

    private static string Curl(string root, DemoService service) => $"curl --cacert {Quote(root)} {service.Url}/";

    private static string Quote(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
