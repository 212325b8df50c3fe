using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Signalbox.Model;

namespace Signalbox.Proxy.Transport;

/// <summary>
/// Makes the listening sockets, so that every failure is known with its port before the server has anything to do with it, and hands them to the transport.
/// One socket an address, never shared (no SO_REUSEPORT): the kernel then refuses everybody else who would listen there beside us, on the address itself or on
/// one within it, whoever he is.
/// </summary>
internal sealed class ListenSockets : IDisposable
{
    /// <summary>Tries for one free port on every address; a port free on one loopback address is nearly always free on the other.</summary>
    private const int PortTries = 20;

    /// <summary>Connections the system holds for us while we are busy; it takes the lesser of this and net.core.somaxconn (4,096).</summary>
    public const int Backlog = 4096;

    /// <summary>Bound, and not yet taken.</summary>
    private readonly ConcurrentDictionary<EndPoint, Socket> _sockets = new();

    /// <summary>Those that listen and have not been taken.</summary>
    public IEnumerable<IPEndPoint> EndPoints => _sockets.Keys.Cast<IPEndPoint>();

    /// <summary>True when the kernel knows the address's family at all. Whether an interface has the address is another matter, and may change.</summary>
    public static bool IsSupported(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? Socket.OSSupportsIPv6 : Socket.OSSupportsIPv4;

    /// <summary>All of IPv6 asked for alone means IPv4 too; otherwise each family has its own socket.</summary>
    public static bool IsDual(IPAddress address, IReadOnlyList<IPAddress> addresses) => address.Equals(IPAddress.IPv6Any) && !addresses.Contains(IPAddress.Any);

    /// <summary>Binds one port that is free on every address the machine has, and listens there.</summary>
    /// <returns>The port, or why none can be had.</returns>
    public Outcome<int> BindFree(IReadOnlyList<IPAddress> addresses)
    {
        for (var tries = 1; ; tries++)
        {
            var bound = BindAll(addresses);
            if (bound.Succeeded || tries == PortTries || bound.Problem.Type != ProblemType.PortInUse) return bound;
        }
    }

    /// <summary>Binds one address and listens there; <see cref="Take"/> then has the socket.</summary>
    /// <param name="endPoint">Port 0 takes any.</param>
    /// <param name="dual">See <see cref="IsDual"/>.</param>
    /// <param name="known">What was found the last time, so that the port's holder is not searched for again; null to have him searched for.</param>
    public Outcome<Socket> Bind(IPEndPoint endPoint, bool dual, Problem? known = null)
    {
        Socket? socket = null;
        try
        {
            socket = New(endPoint.Address, dual);
            socket.Bind(endPoint);
            // At once: two programs may bind one port as long as neither listens on it, and only then would one of them fail.
            socket.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            if (known is { Type: ProblemType.PortInUse } && exception.SocketErrorCode == SocketError.AddressAlreadyInUse) return known;
            return BindFailure.Translate(exception, endPoint)
                ?? new Problem(ProblemType.PortDenied, ProblemSide.System, endPoint.ToString(), $"Port {endPoint.Port} on {endPoint.Address} cannot be listened on: {exception.Message.TrimEnd('.')}.", Retry: true);
        }

        _sockets[socket.LocalEndPoint!] = socket;
        return socket;
    }

    /// <summary>Hands over the socket of an address; from then on it belongs to the transport.</summary>
    public Socket Take(EndPoint endPoint) =>
        _sockets.TryRemove(endPoint, out var socket) ? socket : throw new InvalidOperationException($"{endPoint} was not bound.");

    /// <summary>The socket of an address, which stays here.</summary>
    public Socket Peek(EndPoint endPoint) => _sockets[endPoint];

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
        _sockets.Clear();
    }

    private Outcome<int> BindAll(IReadOnlyList<IPAddress> addresses)
    {
        var (port, taken) = (0, new List<IPEndPoint>());
        foreach (var address in addresses.Where(IsSupported))
        {
            var bound = Bind(new IPEndPoint(address, port), IsDual(address, addresses));
            if (bound.Succeeded)
            {
                taken.Add((IPEndPoint)bound.Value.LocalEndPoint!);
                port = taken[0].Port;
            }
            else if (bound.Problem.Type != ProblemType.AddressMissing)
            {
                taken.ForEach(point => Take(point).Dispose());
                return Outcome<int>.Failed(bound.Problems);
            }
        }

        if (taken.Count > 0) return port;
        return new Problem(ProblemType.AddressMissing, ProblemSide.System, string.Join(", ", addresses), "None of these addresses exists on this machine.", "Give another one with --bind.");
    }

    /// <summary>A connection inherits these from its listener (tcp(7)), which saves setting them on each.</summary>
    private static Socket New(IPAddress address, bool dual)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = dual;
        KeepAliveProbes.Set(socket);
        return socket;
    }
}
