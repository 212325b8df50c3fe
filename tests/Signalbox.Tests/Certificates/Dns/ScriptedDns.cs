using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Dns;

/// <summary>
/// Name servers of a test's own: one port on several loopback addresses, each with the zones and manners it is given. The server at <see cref="Resolver"/>
/// finds answers in all zones, as a resolver would.
/// </summary>
internal sealed class ScriptedDns : IAsyncDisposable
{
    public static readonly IPAddress Resolver = IPAddress.Parse("127.0.0.10");

    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _loops = [];
    private readonly List<Socket> _sockets = [];
    private readonly ConcurrentDictionary<IPAddress, ScriptedServer> _servers = new();

    private ScriptedDns(int port) => Port = port;

    public int Port { get; }

    /// <summary>Everything that was asked, by whom it was asked of, in order.</summary>
    public ConcurrentQueue<(IPAddress Server, DnsMessage Query, bool Tcp)> Asked { get; } = new();

    /// <summary>Where the last question over UDP came from.</summary>
    public EndPoint? LastClient { get; private set; }

    public DnsServer ResolverServer => new(new IPEndPoint(Resolver, Port));

    public DnsOptions Options => new() { Resolvers = [ResolverServer], AuthorityPort = Port, Timing = Quick };

    /// <summary>Short waits: what is silent here is silent on purpose.</summary>
    public static DnsTiming Quick => new() { Waits = [TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300)] };

    /// <summary>Starts with servers at these last octets of 127.0.0.x, and a resolver.</summary>
    public static ScriptedDns Start(params int[] servers)
    {
        var addresses = servers.Select(last => IPAddress.Parse($"127.0.0.{last}")).Append(Resolver).ToList();
        while (true)
        {
            List<Socket> sockets = [];
            try
            {
                var port = 0;
                foreach (var address in addresses)
                {
                    var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    sockets.Add(tcp);
                    tcp.Bind(new IPEndPoint(address, port));
                    port = ((IPEndPoint)tcp.LocalEndPoint!).Port;
                    tcp.Listen();
                    var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                    sockets.Add(udp);
                    udp.Bind(new IPEndPoint(address, port));
                }

                var dns = new ScriptedDns(port);
                dns._sockets.AddRange(sockets);
                for (var i = 0; i < addresses.Count; i++) dns.Serve(addresses[i], sockets[2 * i], sockets[(2 * i) + 1]);
                return dns;
            }
            catch (SocketException)
            {
                // The port the first address was given is somebody else's on another: once more with another one.
                foreach (var socket in sockets) socket.Dispose();
            }
        }
    }

    public ScriptedServer this[int last] => _servers[IPAddress.Parse($"127.0.0.{last}")];

    public ScriptedServer this[IPAddress address] => _servers[address];

    public DnsServer Server(int last) => new($"127.0.0.{last}", new IPEndPoint(IPAddress.Parse($"127.0.0.{last}"), Port));

    /// <summary>A zone on these servers, called ns1, ns2 and so on; and known to the resolver, which sees the first one's.</summary>
    public ScriptedZone Zone(string name, params int[] servers)
    {
        ScriptedZone? first = null;
        foreach (var last in servers)
        {
            var zone = new ScriptedZone(DnsName.Of(name));
            zone.Add(name, DnsType.SOA, new SoaData(DnsName.Of($"ns1.{name}"), DnsName.Of($"host.{name}"), 1, 2, 3, 4, 5));
            for (var i = 0; i < servers.Length; i++)
            {
                zone.Add(name, DnsType.NS, new NameData(DnsName.Of($"ns{i + 1}.{name}")));
                zone.Add($"ns{i + 1}.{name}", DnsType.A, new AddressData(IPAddress.Parse($"127.0.0.{servers[i]}")));
            }

            this[last].Zones.Add(zone);
            first ??= zone;
        }

        this[Resolver].Zones.Add(first!);
        return first!;
    }

    public static byte[] SignedAnswer(DnsMessage answer, byte[] requestMac, TsigKey key, DateTimeOffset now)
    {
        var writer = new DnsWriter();
        writer.Number16(requestMac.Length);
        writer.Octets(requestMac);
        writer.Octets(DnsCodec.Encode(answer));
        writer.WholeName(key.Name);
        writer.Number16(255);
        writer.Number32(0);
        writer.WholeName(key.Algorithm);
        writer.Number48((ulong)now.ToUnixTimeSeconds());
        writer.Number16(300);
        writer.Number16(0);
        writer.Number16(0);
        var data = new TsigData(key.Algorithm, (ulong)now.ToUnixTimeSeconds(), 300, Items.Of<byte>(key.Mac(writer.ToArray())), answer.Header.Id, DnsRcode.NoError, []);
        return DnsCodec.Encode(answer with { Additional = [new DnsRecord(key.Name, DnsType.TSIG, 0, data, DnsClass.Any)] });
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var socket in _sockets) socket.Dispose();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private void Serve(IPAddress address, Socket tcp, Socket udp)
    {
        _servers[address] = new ScriptedServer { IsResolver = address.Equals(Resolver) };
        _loops.Add(UdpAsync(address, udp));
        _loops.Add(TcpAsync(address, tcp));
    }

    private async Task UdpAsync(IPAddress address, Socket socket)
    {
        var buffer = new byte[65_535];
        while (!_end.IsCancellationRequested)
        {
            var got = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token);
            LastClient = got.RemoteEndPoint;
            foreach (var answer in Answer(address, buffer.AsSpan(0, got.ReceivedBytes), tcp: false)) await socket.SendToAsync(answer, got.RemoteEndPoint, _end.Token);
        }
    }

    private async Task TcpAsync(IPAddress address, Socket listener)
    {
        while (!_end.IsCancellationRequested)
        {
            using var socket = await listener.AcceptAsync(_end.Token);
            await using var stream = new NetworkStream(socket);
            var size = new byte[2];
            if (await stream.ReadAtLeastAsync(size, 2, throwOnEndOfStream: false, _end.Token) < 2) continue;
            var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
            await stream.ReadExactlyAsync(query, _end.Token);
            foreach (var answer in Answer(address, query, tcp: true))
            {
                // In two writes, so that a reader who takes one segment for the whole fails.
                BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)answer.Length);
                await stream.WriteAsync(size, _end.Token);
                await stream.WriteAsync(answer, _end.Token);
            }
        }
    }

    private IEnumerable<byte[]> Answer(IPAddress address, ReadOnlySpan<byte> octets, bool tcp)
    {
        var query = DnsCodec.Decode(octets)!;
        Asked.Enqueue((address, query, tcp));
        return _servers[address].Answer(query, tcp);
    }
}
