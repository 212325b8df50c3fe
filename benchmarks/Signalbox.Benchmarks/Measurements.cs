using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.Benchmarks;

/// <summary>What is measured, each against a daemon running as a process of its own.</summary>
internal static class Measurements
{
    private const int Starts = 5;
    private const int Changes = 200;
    private const int Leases = 200;
    private const int LookUps = 5_000;

    private const int Routed = 308;

    /// <summary>Bytes of memory that are the daemon's own (not files it has mapped).</summary>
    public static long OwnMemory(int process) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>From the start of the process to the first answer for a stored route.</summary>
    public static async Task<List<TimeSpan>> StartsAsync(Home home, string host)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Starts; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var daemon = new Daemon(home, home.Cli("up"));
            await FirstAnswerAsync(home, host);
            times.Add(Stopwatch.GetElapsedTime(began));
            await daemon.AnswersAsync();
            await daemon.StopAsync();
        }

        return times;
    }

    /// <summary>Seconds until no route is pending any more. Many routes are proved at a bounded rate, so this is minutes and no haste of a machine changes it.</summary>
    public static async Task<double> ProvedAsync(Home home)
    {
        var began = Stopwatch.GetTimestamp();
        while ((await home.Admin.StatusAsync()).Routes.Pending > 0) await Task.Delay(200);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>From the request to add a route to the first client that is answered by it, and to the daemon's word that it is live.</summary>
    public static async Task<(List<TimeSpan> Seen, List<TimeSpan> Live)> ChangesAsync(Home home, string target)
    {
        // Until the change is seen its name is carried by a wildcard in clear. A name without any route would be answered by a page that looks for the
        // nearest names, and that search would be measured in place of the change.
        (await home.Admin.PutRouteAsync(new ClaimRequest { Hosts = ["*.changed.localhost"], Backends = [target], Tls = "off" })).EnsureSuccessStatusCode().Dispose();
        using var client = await KeptConnection.OpenAsync(home.HttpPort);
        var (seen, live) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < Changes; i++)
        {
            var host = $"one-{i}.changed.localhost";
            var began = Stopwatch.GetTimestamp();
            var adding = home.Admin.AddAsync(host, target);
            while (await client.StatusAsync(host) != Routed)
            {
                // Ask again at once: the answer before took a fraction of a millisecond.
            }

            seen.Add(Stopwatch.GetElapsedTime(began));
            if ((await adding).State != RouteStates.Live) throw new InvalidOperationException($"{host} is not live.");
            live.Add(Stopwatch.GetElapsedTime(began));
        }

        for (var i = 0; i < Changes; i++) await home.Admin.RemoveAsync($"one-{i}.changed.localhost");
        return (seen, live);
    }

    /// <summary>From the request for a lease to its proof.</summary>
    public static async Task<List<TimeSpan>> LeasesAsync(Home home, string target)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Leases; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var lease = await home.Admin.LeaseAsync(new ClaimRequest { Hosts = [$"leased-{i}.localhost"], Backends = [target], Project = "/bench", Holder = $"{i}" });
            await lease.UntilAsync("proved");
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        return times;
    }

    /// <summary>Requests for two hosts in turn, so that whatever else the machine does meets both alike.</summary>
    public static async Task<(List<TimeSpan> First, List<TimeSpan> Last)> LookUpsAsync(Home home, string first, string last)
    {
        using var client = await KeptConnection.OpenAsync(home.HttpPort);
        var (firsts, lasts) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < LookUps; i++)
        {
            firsts.Add(await OneAsync(client, first));
            lasts.Add(await OneAsync(client, last));
        }

        return (firsts, lasts);
    }

    private static async Task<TimeSpan> OneAsync(KeptConnection client, string host)
    {
        var began = Stopwatch.GetTimestamp();
        if (await client.StatusAsync(host) != Routed) throw new InvalidOperationException($"{host} is not routed.");
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task FirstAnswerAsync(Home home, string host)
    {
        while (true)
        {
            try
            {
                using var client = await KeptConnection.OpenAsync(home.HttpPort);
                if (await client.StatusAsync(host) == Routed) return;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                await Task.Delay(1);
            }
        }
    }
}
