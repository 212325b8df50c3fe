using System.Net;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Transport;

/// <summary>
/// Takes the listening sockets before the server starts, all or none: so that every failure is known with its port, and a port chosen by the system is
/// the same on every address.
/// </summary>
internal sealed class ListenSockets : IDisposable
{
    /// <summary>Tries for one free port on every address; a port free on one loopback address is nearly always free on the other.</summary>
    private const int PortTries = 20;

    /// <summary>Connections the system holds for us while we are busy; it takes the lesser of this and net.core.somaxconn (4,096).</summary>
    public const int Backlog = 4096;

    /// <summary>A silent connection is asked for a sign of life after this; below the 350 s after which the commonest middleboxes forget it.</summary>
    private const int ProbeAfterSeconds = 120;

    private const int ProbeEverySeconds = 30;

    /// <summary>Probes without an answer, after which the connection is over: a peer that lost its power is noticed after 4 minutes.</summary>
    private const int Probes = 4;

    private readonly Dictionary<IPEndPoint, Socket> _sockets = [];

    public IEnumerable<IPEndPoint> EndPoints => _sockets.Keys;

    /// <summary>Binds one port on every address the machine has. Port 0 takes whatever is free on all of them.</summary>
    /// <returns>The port, or why it cannot be had.</returns>
    public Outcome<int> Bind(IReadOnlyList<IPAddress> addresses, int port)
    {
        for (var tries = 1; ; tries++)
        {
            var bound = BindAll(addresses, port);
            if (bound.Succeeded || port != 0 || tries == PortTries || bound.Problem.Type != ProblemType.PortInUse) return bound;
        }
    }

    /// <summary>Hands over the socket of an address; from then on it belongs to the server.</summary>
    public Socket Take(EndPoint endPoint) =>
        _sockets.Remove((IPEndPoint)endPoint, out var socket) ? socket : throw new InvalidOperationException($"{endPoint} was not bound.");

    /// <summary>
    /// Hands over as many sockets for an address as are asked for, between which the kernel shares out the connections (SO_REUSEPORT, socket(7)); fewer
    /// where it will not. The first was bound and has listened without that option, so that no other program could be sharing the port without
    /// knowing; a second of this program fails on it just so. Only then the option is set, and the others join.
    /// </summary>
    public IReadOnlyList<Socket> Take(EndPoint endPoint, int count)
    {
        var first = Take(endPoint);
        var all = new List<Socket> { first };
        try
        {
            if (count > 1) Share(first);
            while (all.Count < count)
            {
                var next = New(((IPEndPoint)endPoint).Address, first.AddressFamily == AddressFamily.InterNetworkV6 && first.DualMode);
                all.Add(next);
                Share(next);
                next.Bind(endPoint);
                next.Listen(Backlog);
            }
        }
        catch (SocketException)
        {
            // One socket serves as well, only less evenly: its loop hands connections on to the others.
            if (all.Count == 1) return all;
            all[^1].Dispose();
            all.RemoveAt(all.Count - 1);
        }

        return all;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
        _sockets.Clear();
    }

    private Outcome<int> BindAll(IReadOnlyList<IPAddress> addresses, int port)
    {
        var taken = new List<Socket>();
        foreach (var address in addresses)
        {
            if (!IsSupported(address)) continue;
            // Each family has its own socket, unless all of IPv6 is asked for alone, which then means IPv4 too.
            var socket = New(address, dual: address.Equals(IPAddress.IPv6Any) && !addresses.Contains(IPAddress.Any));
            try
            {
                socket.Bind(new IPEndPoint(address, port));
                // At once: two programs may bind one port as long as neither listens on it, and only then would one of them fail.
                socket.Listen(Backlog);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                if (IsMissing(exception)) continue;
                taken.ForEach(other => other.Dispose());
                var wanted = new IPEndPoint(address, port);
                return BindFailure.Translate(exception, wanted) ?? new Problem(ProblemType.PortDenied, ProblemSide.System, wanted.ToString(), $"Port {port} cannot be listened on: {exception.Message}.");
            }

            taken.Add(socket);
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        if (taken.Count == 0)
            return new Problem(ProblemType.PortDenied, ProblemSide.System, string.Join(", ", addresses), "None of these addresses exists on this machine.", "Give another one with --bind.");
        foreach (var socket in taken) _sockets[(IPEndPoint)socket.LocalEndPoint!] = socket;
        return port;
    }

    /// <summary>A connection inherits these from its listener (tcp(7)), which saves setting them on each.</summary>
    private static Socket New(IPAddress address, bool dual)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = dual;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeAfterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEverySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        return socket;
    }

    private static void Share(Socket socket)
    {
        Span<byte> on = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(on, 1);
        socket.SetRawSocketOption(Libc.SocketLevel, Libc.SocketReusePort, on);
    }

    private static bool IsSupported(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? Socket.OSSupportsIPv6 : Socket.OSSupportsIPv4;

    /// <summary>The kernel knows the family, but no interface has the address: IPv6 switched off, for one.</summary>
    private static bool IsMissing(SocketException exception) => exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
}
