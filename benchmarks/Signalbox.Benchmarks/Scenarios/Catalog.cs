using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>All scenarios, in the order they are run and shown.</summary>
internal static class Catalog
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new PlainHttp(),
        new SecureHttp(),
        new NewConnections(resume: false),
        new NewConnections(resume: true),
        new Http2(),
        new LargeBodies(),
        new LargeUploads(secure: false),
        new LargeUploads(secure: true),
        new HalfLoad(),
        new IdleWebSockets(),
        new ChattingWebSockets(),
        new UnrelatedChanges(),
        new Leases(),
        new StormOfHandshakes(),
        new IssuedCertificates(),
        new StoredManyCertificates(),
        new ManyRoutes("routes-10k", 10_000),
        new ManyRoutes("routes-100k", 100_000),
        new ManyRoutes("routes-1m", 1_000_000),
        new Soak(),
    ];
}
