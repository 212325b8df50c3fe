using System.Net;
using System.Net.Sockets;
using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Measuring;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>One router under measurement: started in the foreground as a child with a config of its own, ended by its id.</summary>
internal abstract class Contestant(string name) : IAsyncDisposable
{
    /// <summary>As it stands in the tables; one of <see cref="Names"/>.</summary>
    public string Name => name;

    /// <summary>As the program tells it.</summary>
    public abstract string Version { get; }

    /// <summary>On 127.0.0.1.</summary>
    public abstract int HttpPort { get; }

    /// <summary>On 127.0.0.1; HTTP/1.1 and HTTP/2 by ALPN.</summary>
    public abstract int HttpsPort { get; }

    /// <summary>The process that was started.</summary>
    public abstract int Process { get; }

    /// <summary>It and all that descend from it, as they are now.</summary>
    public IReadOnlyList<int> Processes => ProcessTree.Of(Process);

    /// <summary>The config it was started with, cut after the first hosts where there are many.</summary>
    public abstract string ConfigText { get; }

    public abstract bool Can(Feature feature);

    /// <summary>Starts it and waits until it answers for the layout's first and last host.</summary>
    public abstract Task StartAsync(RouteLayout layout);

    /// <summary>Waits until it has no work of its own any more (after a start with many routes).</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Ends it as a service manager does and waits for its end. It can be started again, with any layout.</summary>
    public abstract Task StopAsync();

    /// <summary>
    /// Leads one host elsewhere, or adds it, the quickest way this router has. Returns when the router says that it is done; when clients see it, only they can tell.
    /// </summary>
    /// <param name="host">An exact name, over plain HTTP.</param>
    /// <param name="backend">The new port.</param>
    public abstract Task ChangeRouteAsync(string host, int backend);

    public abstract ValueTask DisposeAsync();

    /// <summary>Waits until the first and the last host answer: over plain HTTP where they are served so, else until the HTTPS port takes connections.</summary>
    protected async Task AnswersAsync(RouteLayout layout, ChildProcess child)
    {
        var plain = layout.Hosts.Where(routed => !routed.Tls).ToList();
        if (plain.Count > 0)
        {
            await Probe.AnswersAsync(HttpPort, plain[0].Host, child);
            await Probe.AnswersAsync(HttpPort, plain[^1].Host, child);
        }
        else
        {
            await Wait.UntilAsync($"{Name} listens", async () =>
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, HttpsPort);
                return true;
            }, () => child.Transcript);
        }
    }
}
