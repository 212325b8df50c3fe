using System.Globalization;
using Signalbox.Benchmarks.Certification;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Contestants.Certified;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Load.FullSpeed;
using Signalbox.Benchmarks.Measuring;
using Signalbox.EndToEnd.Certificates;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>
/// Names that have no certificate yet, all in the config of a process that starts: how long until each of them has one of the CA's. Every turn has a CA of its own, so that none
/// finds authorizations of another.
/// </summary>
internal sealed class IssuedCertificates : IScenario
{
    /// <summary>Ten times what it takes, and longer than the minute that Caddy waits before it tries a failed order again.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(75);

    /// <summary>
    /// A turn that reaches the limit is told and taken again, with a CA of its own, and fails the scenario when it does so once more: now and then a name of Caddy's stays without a
    /// certificate through two of its tries, and the turns before it would be lost.
    /// </summary>
    private const int MostTries = 2;

    private static readonly Metric Asked = new("names", "", "#,0", Compared: false);
    private static readonly Metric Time = new("start to all issued", "s", "0.00");
    private static readonly Metric Each = new("processor time a name", "ms", "0.0");

    public string Name => "certificates";

    public string What => "Names issued by a CA on the same machine (Pebble, no validation sleep): from the start of the process, with the names in its config, until each has shown a verified certificate of the CA in a handshake";

    public IReadOnlyList<Metric> Metrics => [Time, Each, Asked];

    public IReadOnlyList<Mark> Marks => [new Mark(Time, Names.Caddy, 1.0)];

    public async Task RunAsync(ScenarioContext context)
    {
        var count = context.Options.Pick(50, 500, 500);
        var layout = RouteLayout.Public(count, context.Lineup.Backend.Port);
        context.Note(string.Create(CultureInfo.InvariantCulture,
            $"Caddy has an account at the CA for every {CertifiedCaddy.NamesAnAccount} names, as it orders no more than that at a time with one account and then waits for {CertifiedCaddy.Window.TotalSeconds:0} s, by a limit of its own. With one account these names would take it {CertifiedCaddy.LeastWait(count).TotalSeconds:0} s at the least. Signalbox has one account."));
        context.Note("Everyone validates by http-01. Signalbox's count of a public CA's limits and its pre-flight are off, as Caddy has neither.");
        await context.TurnsAsync(
            [.. Roster.Certified(context.Workshop).Where(router => context.Options.TakesPart(router.Name))],
            async (contestant, round) =>
            {
                for (var tries = 1; ; tries++)
                {
                    try
                    {
                        await TurnAsync(context, (CertifiedRouter)contestant, layout, round);
                        return;
                    }
                    catch (TimeoutException error) when (tries < MostTries)
                    {
                        context.Note($"{contestant.Name}, round {round + 1}: {error.Message}. This turn was taken again.");
                    }
                }
            },
            context.Options.Pick(1, 2, context.Options.Rounds));
    }

    private static async Task TurnAsync(ScenarioContext context, CertifiedRouter prepared, RouteLayout layout, int round)
    {
        await using var router = prepared;
        router.Prepare();
        await using var ca = await Pebble.StartAsync(new PebbleOptions { HttpPort = router.HttpPort, TlsPort = router.HttpsPort });
        using var root = await ca.RootAsync();
        var roots = Path.Combine(context.Workshop.NewFolder("ca"), "root.pem");
        await File.WriteAllTextAsync(roots, root.ExportCertificatePem());
        await using var gate = await OrderGate.StartAsync(context.Workshop, ca);
        router.Issuer = new Issuer(gate.Directory, ca.RootFile);
        await router.EnrolAsync(layout, roots);
        await router.StartAsync(layout);
        await VerifiedHandshakes.UntilAllAsync(router.HttpsPort, [.. layout.Hosts.Select(routed => routed.Host)], roots, Limit);
        var count = layout.Hosts.Count;
        context.Record(router, round, Time, ProcessAge.Of(router.Process).TotalSeconds);
        context.Record(router, round, Each, ProcessorTime.Of(router.Processes).TotalMilliseconds / count);
        context.Record(router, round, Asked, count);
        await router.StopAsync();
    }
}
