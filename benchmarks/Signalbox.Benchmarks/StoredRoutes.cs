using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Benchmarks;

/// <summary>Lasting routes written into a home's store as the daemon writes them, so that a start with many can be measured without adding each by a request.</summary>
internal static class StoredRoutes
{
    /// <summary>Claims in one transaction.</summary>
    private const int Batch = 10_000;

    public static string Host(int number) => $"service-{number}.bench.localhost";

    public static async Task WriteAsync(HomeLayout home, int count, string target)
    {
        var opened = SqliteClaimStore.Open(home, TimeProvider.System);
        await using var store = opened.Value ?? throw new InvalidOperationException(opened.Problem.ToString());
        var revision = store.Load().Revision;
        var began = TimeProvider.System.GetUtcNow();
        var backend = Backend.Parse(target).Value!;
        for (var first = 0; first < count; first += Batch)
        {
            var claims = Enumerable.Range(first, Math.Min(Batch, count - first)).Select(number => new Claim
            {
                Owner = Naming.RouteOwner(Host(number), "/"),
                Hosts = [Host(number)],
                Backends = [backend],
                Since = began.AddTicks(number),
                Held = began.AddTicks(number),
            }).ToList();
            if (await store.CommitAsync(new StoreBatch(++revision, claims, [], []), CancellationToken.None) is { } problem) throw new InvalidOperationException(problem.ToString());
        }
    }
}
