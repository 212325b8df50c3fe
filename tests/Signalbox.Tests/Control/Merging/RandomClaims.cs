using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Tests.Control.Merging;

/// <summary>Claims that meet each other often: few hosts, few paths, few projects. Reproducible from the seed.</summary>
internal sealed class RandomClaims(int seed)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Random _random = new(seed);
    private int _ticks;

    public Claim Next()
    {
        var project = _random.Next(4);
        var now = Start.AddTicks(++_ticks);
        return new Claim
        {
            Owner = new Owner(Owner.Dev, $"project{project}#{_random.Next(3)}"),
            Hosts = Enumerable.Range(0, _random.Next(1, 3)).Select(_ => $"h{_random.Next(4)}.localhost").Distinct().Order(StringComparer.Ordinal).ToItems(),
            Path = _random.Next(3) == 0 ? "/api" : "/",
            Backends = _random.Next(4) == 0 ? [] : [new Backend(BackendScheme.Http, "localhost", 3000 + _random.Next(5))],
            Project = $"dev/project{project}",
            Group = _random.Next(3) == 0 ? "replicas" : null,
            Since = now,
            Held = now.AddTicks(-_random.Next(10)),
            Taken = _random.Next(5) == 0 ? now : null,
        };
    }

    public List<Claim> Several(int count) => [.. Enumerable.Range(0, count).Select(_ => Next()).GroupBy(claim => claim.Owner).Select(group => group.Last())];

    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        var shuffled = items.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>The routes without the revisions at which they last changed, which are history and not state.</summary>
    public static Route[] RoutesOf(ClaimBook book) => [.. book.Edge.Routes.Values.Select(route => route with { Revision = 0 })];
}
