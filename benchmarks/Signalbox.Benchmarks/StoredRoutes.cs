using Signalbox.Benchmarks.Contestants;
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

    /// <summary>Numbered routes to one service, with TLS where they can have it.</summary>
    public static Task WriteAsync(HomeLayout home, int count, string target)
    {
        var backend = Backend.Parse(target).Value!;
        return WriteAsync(home, count, number => (Host(number), backend, TlsMode.Auto));
    }

    public static Task WriteAsync(HomeLayout home, RouteLayout layout)
    {
        // One object a backend, as the daemon has it after reading.
        var backends = layout.Hosts.Select(routed => routed.Backend).Distinct().ToDictionary(port => port, port => Backend.Parse($"http://127.0.0.1:{port}").Value!);
        return WriteAsync(home, layout.Hosts.Count, number => (layout.Hosts[number].Host, backends[layout.Hosts[number].Backend], layout.Hosts[number].Tls ? TlsMode.Auto : TlsMode.Off));
    }

    private static async Task WriteAsync(HomeLayout home, int count, Func<int, (string Host, Backend Backend, TlsMode Tls)> route)
    {
        var opened = SqliteClaimStore.Open(home, TimeProvider.System);
        await using var store = opened.Value ?? throw new InvalidOperationException(opened.Problem.ToString());
        var revision = store.Load().Revision;
        var began = TimeProvider.System.GetUtcNow();
        for (var first = 0; first < count; first += Batch)
        {
            var claims = Enumerable.Range(first, Math.Min(Batch, count - first)).Select(number =>
            {
                var (host, backend, tls) = route(number);
                return new Claim
                {
                    Owner = Naming.RouteOwner(host, "/"), Hosts = [host], Backends = [backend], Tls = tls, Since = began.AddTicks(number), Held = began.AddTicks(number),
                };
            }).ToList();
            if (await store.CommitAsync(new StoreBatch(++revision, claims, [], []), CancellationToken.None) is { } problem) throw new InvalidOperationException(problem.ToString());
        }
    }
}
