using Signalbox.Benchmarks.Certification;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Contestants.Certified;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Load.FullSpeed;
using Signalbox.Benchmarks.Measuring;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>
/// Many certificates that were issued earlier and are kept: when the first handshake comes about after a start, what a certificate costs that nobody asks for, and whether a handshake
/// costs more among many than among few. Two processes with the same routes: one with a certificate for every name; one with ten, whose other routes are without TLS. So the
/// difference is all that certificates bring with them, the routes not counted, but what is held of a name because it is to have a certificate counted too.
/// <para>
/// Two questions are asked of handshakes. What do 10,000 stored certificates cost those who use ten? The same ten names are asked of both processes. And what does it cost to use many?
/// In the process with 10,000, a thousand names in turns against ten.
/// </para>
/// </summary>
internal sealed class StoredManyCertificates : IScenario
{
    private const int Many = 10_000;
    private const int Few = 10;

    /// <summary>Names of the many that handshakes are made with: far more than any cache of a processor holds. Each was used once before, as reading a file is done once.</summary>
    private const int Used = 1_000;

    /// <summary>Handshakes of one batch, from so many threads at once.</summary>
    private const int Handshakes = 1_000;
    private const int Threads = 4;

    /// <summary>Batches unmeasured: a router that compiles itself has its hot code by then.</summary>
    private const int WarmUps = 3;

    /// <summary>Batches with few and with many names in turn.</summary>
    private const int Alternations = 4;

    /// <summary>After a batch: what the router still does for connections that have just been closed.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Metric First = new("start to first handshake", "ms", "#,0");
    private static readonly Metric Idle = new("memory a certificate not in use", "KB", "0.00");
    private static readonly Metric FirstUse = new("first handshake of a name", "µs", "#,0");
    private static readonly Metric FewStored = new("handshake, 10 names of 10 stored", "µs", "#,0");
    private static readonly Metric ManyStored = new("handshake, the same 10 of 10,000", "µs", "#,0");
    private static readonly Metric ManyUsed = new("handshake, 1,000 in turns of 10,000", "µs", "#,0");
    private static readonly Metric Stored = new("10,000 stored ÷ 10 stored", "", "0.00", Compared: false);
    private static readonly Metric InTurns = new("1,000 used ÷ 10 used", "", "0.00", Compared: false);

    public string Name => "stored-certificates";

    public string What => "10,000 certificates issued earlier and stored: start of the process to a handshake with the last of them, memory of each that is not in use, and processor time of a full handshake: ten names with 10 and with 10,000 stored, and 1,000 names in turns";

    public IReadOnlyList<Metric> Metrics => [First, Idle, FirstUse, FewStored, ManyStored, Stored, ManyUsed, InTurns];

    // 1 KB is 1,024 bytes here. "The same", with room for the clock; it is asked of both readings of "10,000 names".
    public IReadOnlyList<Mark> Marks => [new Mark(First, null, 1_000), new Mark(Idle, null, 1.0), new Mark(Stored, null, 1.05), new Mark(InTurns, null, 1.05)];

    public bool Fits(Length length) => length != Length.Quick;

    public async Task RunAsync(ScenarioContext context)
    {
        context.Show("issuing");
        using var ca = new ThrowAwayCa();
        var certificates = ca.Issue(Enumerable.Range(0, Many).Select(RouteLayout.PublicHost));
        var roots = Path.Combine(context.Workshop.NewFolder("ca"), "root.pem");
        await File.WriteAllTextAsync(roots, ca.RootPem);

        // There is no CA: nothing is due, so nobody asks it.
        var issuer = new Issuer(new Uri($"https://127.0.0.1:{PortPool.Take()}/dir"), roots);
        var backend = context.Lineup.Backend.Port;
        context.Note("Memory: the difference between a process with 10,000 routes and a certificate for each, and one with the same routes of which ten have TLS and a certificate; both once at rest, before any but one certificate was used.");
        context.Note("Caddy reads all certificates at its start and keeps them.");
        await context.TurnsAsync(
            [.. Roster.Certified(context.Workshop).Where(router => context.Options.TakesPart(router.Name))],
            async (contestant, round) =>
            {
                await using var many = (CertifiedRouter)contestant;
                await using var few = many.Another();
                await StartAsync(many, RouteLayout.Public(Many, backend), certificates);
                await VerifiedHandshakes.UntilAllAsync(many.HttpsPort, [certificates[^1].Name], roots, Limit);
                context.Record(many, round, First, ProcessAge.Of(many.Process).TotalMilliseconds);
                await StartAsync(few, RouteLayout.Public(Many, backend, Few), [.. certificates.Take(Few)]);
                await VerifiedHandshakes.UntilAllAsync(few.HttpsPort, [certificates[Few - 1].Name], roots, Limit);
                context.Show($"{many.Name} comes to rest");
                await many.SettleAsync();
                await few.SettleAsync();
                context.Record(many, round, Idle, (await Settled.MemoryAsync(many, Memory.Anonymous) - await Settled.MemoryAsync(few, Memory.Anonymous)) / (double)(Many - Few) / 1024);
                context.Show($"{many.Name}, handshakes");
                await HandshakesAsync(context, (few, many), round, [.. certificates.Select(certificate => certificate.Name)], roots);
                await few.StopAsync();
                await many.StopAsync();
            },
            context.Options.Pick(1, 1, context.Options.Rounds));

        async Task StartAsync(CertifiedRouter router, RouteLayout layout, IReadOnlyList<StoredCertificate> kept)
        {
            router.Prepare();
            router.Issuer = issuer;
            await router.KeepAsync(kept);
            await router.StartAsync(layout);
        }
    }

    private static async Task HandshakesAsync(ScenarioContext context, (CertifiedRouter Few, CertifiedRouter Many) routers, int round, IReadOnlyList<string> names, string roots)
    {
        // Every tenth name, so that they are spread over whatever the names are kept in.
        IReadOnlyList<string> used = [.. names.Where((_, number) => number % (names.Count / Used) == 0)], ten = [.. names.Take(Few)];
        for (var i = 0; i < WarmUps; i++)
        {
            await MeterAsync(routers.Few, ten);
            await MeterAsync(routers.Many, ten);
        }

        var before = ProcessorTime.Of(routers.Many.Processes);
        await VerifiedHandshakes.UntilAllAsync(routers.Many.HttpsPort, used, roots, Limit);
        await Task.Delay(Afterwards);
        context.Record(routers.Many, round, FirstUse, (ProcessorTime.Of(routers.Many.Processes) - before).TotalMicroseconds / used.Count);
        var (few, many, inTurns) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < Alternations; i++)
        {
            few += await MeterAsync(routers.Few, ten);
            many += await MeterAsync(routers.Many, ten);
            inTurns += await MeterAsync(routers.Many, used);
        }

        context.Record(routers.Many, round, FewStored, few.TotalMicroseconds / (Alternations * Handshakes));
        context.Record(routers.Many, round, ManyStored, many.TotalMicroseconds / (Alternations * Handshakes));
        context.Record(routers.Many, round, Stored, many / few);
        context.Record(routers.Many, round, ManyUsed, inTurns.TotalMicroseconds / (Alternations * Handshakes));
        context.Record(routers.Many, round, InTurns, inTurns / many);

        async Task<TimeSpan> MeterAsync(CertifiedRouter router, IReadOnlyList<string> asked)
        {
            var started = ProcessorTime.Of(router.Processes);
            await VerifiedHandshakes.RunAsync(router.HttpsPort, asked, roots, Handshakes, Threads);
            await Task.Delay(Afterwards);
            return ProcessorTime.Of(router.Processes) - started;
        }
    }
}
