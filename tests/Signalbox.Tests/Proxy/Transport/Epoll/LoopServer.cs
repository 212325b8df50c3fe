using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>The transport by itself: loops and one listener, with nobody behind but the test.</summary>
internal sealed class LoopServer : IAsyncDisposable
{
    private LoopServer(EventLoops loops, EpollListener listener, CountingPool pool) => (Loops, Listener, Pool) = (loops, listener, pool);

    public EventLoops Loops { get; }

    public EpollListener Listener { get; }

    public CountingPool Pool { get; }

    public AcceptShortage Shortage { get; private init; } = new(NullLogger.Instance);

    public IPEndPoint EndPoint => (IPEndPoint)Listener.EndPoint;

    public static async Task<LoopServer> StartAsync(int loops = 1, IPAddress? address = null)
    {
        var sockets = new ListenSockets();
        sockets.BindFree([address ?? IPAddress.Loopback]).Succeeded.ShouldBeTrue();
        return await StartAsync(loops, sockets.Take(sockets.EndPoints.Single()));
    }

    public static async Task<LoopServer> StartAsync(int loops, Socket listening)
    {
        var pool = new CountingPool();
        var all = EventLoops.Start(loops, pool, TimeProvider.System, NullLoggerFactory.Instance);
        var shortage = new AcceptShortage(NullLogger.Instance);
        var listener = new EpollListener(all, listening, shortage, TimeProvider.System);
        await listener.StartAsync();
        return new LoopServer(all, listener, pool) { Shortage = shortage };
    }

    /// <summary>A client's socket and the connection that it became.</summary>
    public async Task<(Socket Client, ConnectionContext Connection)> ConnectAsync(Action<Socket>? prepare = null)
    {
        var client = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        prepare?.Invoke(client);
        await client.ConnectAsync(EndPoint);
        return (client, await AcceptAsync());
    }

    public async Task<ConnectionContext> AcceptAsync()
    {
        var connection = await Listener.AcceptAsync().AsTask().WaitAsync(TestRouter.Patience);
        // A listener hands over on its loop, where a test has no business.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return connection.ShouldNotBeNull();
    }

    /// <summary>Sends back what comes until it ends, then closes.</summary>
    public static async Task EchoAsync(ConnectionContext connection)
    {
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                foreach (var segment in read.Buffer) connection.Transport.Output.Write(segment.Span);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
                if ((await connection.Transport.Output.FlushAsync()).IsCompleted) break;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The test looks at what the client sees.
        }

        await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Loops.DisposeAsync();
    }
}
