using System.Net;
using System.Net.Sockets;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>A backend that does to each connection exactly what the test says, on the bare socket.</summary>
internal sealed class ScriptedBackend : IDisposable
{
    private readonly Socket _listener;
    private readonly Func<Wire, Task> _script;
    private int _connections;

    public ScriptedBackend(Func<Wire, Task> script, IPAddress? address = null)
        : this(address ?? IPAddress.Loopback, script) => Begin();

    private ScriptedBackend(IPAddress address, Func<Wire, Task> script)
    {
        _script = script;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 0));
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
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

    /// <summary>One that refuses connections until it is told to begin. It holds its port all the while, so that nobody else comes to listen there.</summary>
    public static ScriptedBackend Away(Func<Wire, Task>? script = null) => new(IPAddress.Loopback, script ?? (_ => Task.CompletedTask));

    /// <summary>Accepts connections from now on.</summary>
    public void Begin()
    {
        _listener.Listen(512);
        _ = Accepting.RunAsync(_listener, Take);
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Socket accepted)
    {
        Interlocked.Increment(ref _connections);
        _ = RunAsync(_script, accepted);
    }

    private static async Task RunAsync(Func<Wire, Task> script, Socket accepted)
    {
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
