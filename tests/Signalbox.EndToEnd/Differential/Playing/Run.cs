using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Signalbox.EndToEnd.Differential.Contestants;
using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Wires;

namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>One case played through one contestant: both ends, and what was seen at them.</summary>
internal sealed class Run(WireCase @case, string host) : IDisposable
{
    /// <summary>Past every limit that a proxy here has by itself (our wait for half-closed clients is 10 s); only a run that hangs reaches it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<Peer> _backends = new();
    private readonly ConcurrentQueue<Task> _exchanges = new();
    private readonly Cues _cues = new();
    private int _next;

    public Peer? Client { get; private set; }

    /// <summary>The backend's connections, in the order they were accepted.</summary>
    public IReadOnlyCollection<Peer> Backends => _backends;

    /// <summary>What became of the client's connection.</summary>
    public ClientEnd ClientEnd { get; private set; }

    /// <summary>True when an end waited in vain.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Plays the client's part, waits until the backend has ended its own, and lets go of both.</summary>
    public async Task PlayAsync(IContestant contestant)
    {
        Client = new Peer(await ConnectAsync(contestant), isBackend: false, host, _cues);
        try
        {
            ClientEnd = await ClientPart.PlayAsync(Client, @case).WaitAsync(Patience);
            Client.Leave();
            _cues.GiveAll();
            while (_exchanges.TryDequeue(out var exchange)) await exchange.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            (IsStuck, ClientEnd) = (true, ClientEnd.Stuck);
        }
    }

    /// <summary>The proxy has connected to the case's backend.</summary>
    public async Task AcceptAsync(Socket accepted)
    {
        var peer = new Peer(StreamWire.InClear(accepted), isBackend: true, host, _cues);
        _backends.Enqueue(peer);
        try
        {
            for (; !peer.HasLeft; peer.Turn++)
            {
                // A kept connection may be for no further request; then nothing is owed to it.
                if (peer.Turn > 0) await peer.WhenAsync(reader => reader.HasBegun(peer.Turn));
                var exchange = PlayAsync(peer, Interlocked.Increment(ref _next) - 1);
                _exchanges.Enqueue(exchange);
                await exchange;
                if (peer.End != PeerEnd.None) return;
            }
        }
        catch (EndedException)
        {
        }
    }

    public void Dispose()
    {
        Client?.Dispose();
        foreach (var peer in _backends) peer.Dispose();
    }

    private async Task<IWire> ConnectAsync(IContestant contestant)
    {
        switch (@case.Carrier)
        {
            case Carrier.Clear:
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, contestant.Port);
                return StreamWire.InClear(socket);
            case Carrier.Tls:
                var (secured, stream) = await StreamWire.HandshakeAsync(contestant.SecurePort, host, protocol: null);
                return new StreamWire(secured, stream);
            default:
                return await Http2Wire.ConnectAsync(contestant.SecurePort, host);
        }
    }

    private async Task PlayAsync(Peer peer, int number)
    {
        try
        {
            // A request that the case does not know of is shown by an answer that no case has.
            var exchange = number < @case.Backend.Count ? @case.Backend[number] : Exchange.Reply("HTTP/1.1 599 One Too Many|Content-Length: 0");
            foreach (var step in exchange.Steps) await step(peer);
        }
        catch (EndedException)
        {
        }
    }
}
