using System.Collections.Concurrent;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Restarting;

/// <summary>A daemon killed at any moment under load comes back with everything it had said it holds.</summary>
[Collection(Heavy.Name)]
public sealed class KillUnderLoadTests
{
    private const int Seed = 20261120;
    private const int Moments = 50;
    private const int Lasting = 10;
    private const int Leased = 4;

    /// <summary>Longer than any single step of the daemon's, so that kills fall into each of them.</summary>
    private const int LongestMoment = 250;

    [Fact]
    public async Task Daemon_KilledAtFiftyRandomMomentsUnderLoad_ServesEverythingAgain()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("lasting");
        var random = new Random(Seed);
        var daemon = await home.UpAsync();
        using var client = home.Client();
        for (var i = 0; i < Lasting; i++) await home.Admin.AddLiveAsync($"lasting{i}.localhost", backend.Target);
        var leased = Enumerable.Range(0, Leased).Select(DevServer.Name).ToArray();
        var holders = leased.Select(name => DevServer.Start(home, name)).ToArray();
        for (var i = 0; i < Leased; i++) await DevServer.ReadyAsync(home, holders[i], leased[i]);
        await using var load = new Load(home, client, backend.Target);

        for (var moment = 0; moment < Moments; moment++)
        {
            var told = $"moment {moment} of seed {Seed}";
            await Task.Delay(random.Next(LongestMoment));
            var killed = (await home.Admin.StatusAsync()).Pid;
            Signals.Send(killed, Signals.Kill).ShouldBeTrue(told);
            // The holders start a daemon as well; whichever comes first has the home, and the other one steps back.
            home.Cli("up");
            await Wait.UntilAsync($"another daemon answers, {told}", async () => (await home.Admin.StatusAsync()).Pid != killed);

            for (var i = 0; i < Lasting; i++) (await client.TextAsync($"lasting{i}.localhost")).ShouldBe("lasting", told);
            foreach (var name in leased) await client.AnswersAsync($"{name}.localhost", name);
            await load.CheckAsync(told);
        }

        await Wait.UntilAsync("every holder has its lease again", async () =>
            (await home.Admin.RoutesAsync()).Count(route => leased.Contains(route.Host.Split('.')[0]) && route.State == RouteStates.Live) == Leased);
        holders.ShouldAllBe(holder => !holder.HasExited);
        await home.OneDaemonAsync();
        load.Requests.ShouldBeGreaterThan(Moments);
        Database.Integrity(home.Layout).ShouldBe("ok");
    }

    /// <summary>Requests and changes without a pause; remembers which changes the daemon said it had made.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private const int Writers = 2;

        private readonly Home _home;
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentDictionary<string, Known> _known = new();
        private readonly Task[] _tasks;
        private long _requests;

        public Load(Home home, RouterClient client, string target)
        {
            _home = home;
            _tasks = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer, target))), Task.Run(() => ReadAsync(client))];
        }

        public long Requests => Interlocked.Read(ref _requests);

        /// <summary>What was acknowledged before a kill is there after it, and what was acknowledged as removed is not.</summary>
        public async Task CheckAsync(string told)
        {
            var before = _known.ToArray();
            var routes = (await _home.Admin.RoutesAsync()).Select(route => route.Host).ToHashSet();
            foreach (var (host, known) in before)
            {
                // A change cut off by the kill may have been made or not; one made while we looked is told by the next look.
                if (known.There is { } there && ReferenceEquals(known, _known[host])) routes.Contains(host).ShouldBe(there, $"{host}, {told}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAll(_tasks);
            _end.Dispose();
        }

        private async Task WriteAsync(int writer, string target)
        {
            for (var i = 0; !_end.IsCancellationRequested; i++)
            {
                var host = $"w{writer}-{i % 20}.localhost";
                var add = i / 20 % 2 == 0;
                _known[host] = new Known(null);
                if (!await SurvivesAsync(() => add ? _home.Admin.AddAsync(host, target) : _home.Admin.RemoveAsync(host))) continue;
                _known[host] = new Known(add);
            }
        }

        private async Task ReadAsync(RouterClient client)
        {
            for (var i = 0; !_end.IsCancellationRequested; i++)
            {
                if (await SurvivesAsync(() => client.TextAsync($"lasting{i % Lasting}.localhost"))) Interlocked.Increment(ref _requests);
            }
        }

        /// <summary>False when the kill cut it off.</summary>
        private static async Task<bool> SurvivesAsync(Func<Task> work)
        {
            try
            {
                await work();
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // No daemon is there for a moment: leave the processor to the next one.
                await Task.Delay(10);
                return false;
            }
        }

        private sealed record Known(bool? There);
    }
}
