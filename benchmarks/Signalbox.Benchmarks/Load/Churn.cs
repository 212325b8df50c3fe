using System.Net;
using System.Net.Sockets;
using Signalbox.Benchmarks.Contestants;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.Benchmarks.Load;

/// <summary>Everything that comes and goes in a router's life, all at once and all the time.</summary>
internal sealed class Churn(SignalboxRouter router, ChurnSite site)
{
    /// <summary>Requests a second on kept connections.</summary>
    private const int Rate = 200;

    private const int Talkers = 4;

    private long _done;

    /// <summary>Requests, WebSockets, handshakes, changes and leases so far.</summary>
    public long Done => Volatile.Read(ref _done);

    private IPEndPoint Plain => new(IPAddress.Loopback, router.HttpPort);

    /// <summary>Runs until it is told to end and leaves no connection open; any request that fails for a reason other than a restart of its backend ends it with an exception.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        using var admin = new AdminClient(router.Home.Layout.AdminSocket);
        using var traffic = new SteadyTraffic(Plain, site.QuietHosts, Rate);
        using var flipper = new RouteFlipper(router, ChurnSite.ChangedHost, site.First!, site.Second!);
        var times = new Latencies();
        // One that fails ends the others, so that the failure is told at once and not after ten minutes.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(end);
        await Task.WhenAll(new List<Task>
        {
            Watched(Kept(traffic, times, over.Token)),
            Watched(flipper.RunAsync(over.Token)),
            Watched(Again(NewConnectionAsync, 5)),
            Watched(Again(HandshakeAsync, 50)),
            Watched(Again(_ => RestartAsync(), 3_000)),
            Watched(Again(RestartingAsync, 20)),
            Watched(Again(number => RouteAsync(admin, number), 100)),
            Watched(Again(number => LeaseAsync(admin, number), 100)),
        }.Concat(Enumerable.Range(0, Talkers).Select(_ => Watched(Again(TalkAsync, 10)))));
        Interlocked.Add(ref _done, times.Count + flipper.Seen.Count);

        async Task Watched(Task task)
        {
            try
            {
                await task;
            }
            catch
            {
                await over.CancelAsync();
                throw;
            }
        }

        async Task Again(Func<int, Task> what, int pause)
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(pause));
            for (var number = 0; !over.IsCancellationRequested; number++)
            {
                await what(number);
                Interlocked.Increment(ref _done);
                await tick.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    private static async Task Kept(SteadyTraffic traffic, Latencies times, CancellationToken end)
    {
        if (await traffic.RunAsync(times, end) is > 0 and var failed) throw new InvalidOperationException($"{failed} requests on kept connections failed, the first one so: {traffic.FirstFault}");
    }

    private async Task NewConnectionAsync(int number)
    {
        using var connection = await HttpConnection.OpenAsync(Plain);
        var answer = await connection.GetAsync(site.QuietHosts[number % site.QuietHosts.Count]);
        if (answer.Status != 200) throw new InvalidOperationException($"A new connection was answered {answer.Status}");
    }

    private Task HandshakeAsync(int number) => HandshakeStorm.OneAsync(new IPEndPoint(IPAddress.Loopback, router.HttpsPort), ChurnSite.SecureHost, CancellationToken.None);

    private async Task TalkAsync(int number)
    {
        using var socket = await WebSocketConnection.OpenAsync(Plain, ChurnSite.StreamHost);
        for (var message = 0; message < 5; message++) await socket.EchoAsync(message);
    }

    private Task RestartAsync() => site.RestartOneAsync();

    /// <summary>A host whose backend comes and goes: any answer is right, and so is a cut one. What is not is a descriptor that stays behind.</summary>
    private async Task RestartingAsync(int number)
    {
        try
        {
            using var connection = await HttpConnection.OpenAsync(Plain);
            await connection.GetAsync(ChurnSite.RestartingHost);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Its backend was killed in the middle of it.
        }
    }

    private async Task RouteAsync(AdminClient admin, int number)
    {
        var host = $"added-{number % 50}.bench.localhost";
        (await admin.PutRouteAsync(new ClaimRequest { Hosts = [host], Backends = [site.First!.Target], Tls = "off" })).EnsureSuccessStatusCode().Dispose();
        await admin.RemoveAsync(host);
    }

    private async Task LeaseAsync(AdminClient admin, int number)
    {
        using var lease = await admin.LeaseAsync(new ClaimRequest { Hosts = [$"leased-{number % 50}.localhost"], Backends = [site.First!.Target], Tls = "off", Project = "/bench", Holder = $"{number}" });
        await lease.UntilAsync("proved");
    }
}
