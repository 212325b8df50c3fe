using System.Net;
using System.Net.Sockets;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>A backend that does to each connection exactly what the test says, on the bare socket.</summary>
internal sealed class ScriptedBackend : IDisposable
{
    private readonly Socket _listener;
    private int _connections;

    public ScriptedBackend(Func<Wire, Task> script, IPAddress? address = null, int port = 0)
    {
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync(script);
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Reads each request's head and answers it with this text, again and again on one connection.</summary>
    public static ScriptedBackend Answering(string response) => new(async wire =>
    {
        while (true)
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(response);
        }
    });

    /// <summary>A port nothing listens on just now.</summary>
    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(Func<Wire, Task> script)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _connections);
            _ = RunAsync(script, accepted);
        }
    }

    private static async Task RunAsync(Func<Wire, Task> script, Socket accepted)
    {
        accepted.NoDelay = true;
        using var wire = new Wire(accepted);
        try
        {
            await script(wire);
        }
        catch (Exception exception) when (exception is SocketException or EndOfStreamException or ObjectDisposedException or OperationCanceledException)
        {
            // The router closed the connection; what the test wants to know it asks elsewhere.
        }
    }
}
