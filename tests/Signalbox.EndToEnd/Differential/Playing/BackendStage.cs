using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Signalbox.EndToEnd.Differential.Wires;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>
/// All backends of all runs, behind one listening socket: each run has a loopback address of its own, so it is known whose connection it is before an
/// octet of it has come, and no proxy's pool can mix one run with another.
/// </summary>
internal sealed class BackendStage : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<IPAddress, Run> _runs = new();

    public BackendStage()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        // More than all runs that go on at once can open.
        _listener.Listen(1024);
        _ = Accepting.RunAsync(_listener, Take);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>The address of a contestant's case: 127.(10 + contestant).(case / 250).(1 + case % 250). The whole of 127/8 is this machine (RFC 1122 3.2.1.3).</summary>
    public static IPAddress AddressOf(int contestant, int @case) => new([127, (byte)(10 + contestant), (byte)(@case / 250), (byte)(1 + (@case % 250))]);

    /// <summary>The address behind <see cref="ClientPart.ProbeHost"/>, for everybody.</summary>
    public static IPAddress ProbeAddress { get; } = new([127, 9, 0, 1]);

    public void Add(IPAddress address, Run run) => _runs[address] = run;

    public void Dispose() => _listener.Dispose();

    private void Take(Socket accepted)
    {
        var address = ((IPEndPoint)accepted.LocalEndPoint!).Address;
        if (_runs.TryGetValue(address, out var run)) _ = run.AcceptAsync(accepted);
        else if (address.Equals(ProbeAddress)) _ = ProbeAsync(accepted);
        else accepted.Dispose();
    }

    private static async Task ProbeAsync(Socket accepted)
    {
        using var peer = new Peer(StreamWire.InClear(accepted), isBackend: true, ClientPart.ProbeHost, new Cues());
        try
        {
            for (; ; peer.Turn++)
            {
                await Data.Do.Request(peer);
                await peer.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {ClientPart.ProbeStatus} Here\r\nContent-Length: 0\r\n\r\n"));
            }
        }
        catch (EndedException)
        {
        }
    }
}
