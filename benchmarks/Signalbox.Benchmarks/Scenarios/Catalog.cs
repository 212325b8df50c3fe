using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>All scenarios, in the order they are run and shown.</summary>
internal static class Catalog
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new PlainHttp(),
    ];
}
