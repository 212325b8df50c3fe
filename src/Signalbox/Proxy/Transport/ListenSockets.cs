using System.Net;
using System.Net.Sockets;
using Signalbox.Model;

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
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                // Each family has its own socket, unless all of IPv6 is asked for alone, which then means IPv4 too.
                if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = address.Equals(IPAddress.IPv6Any) && !addresses.Contains(IPAddress.Any);
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

    private static bool IsSupported(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? Socket.OSSupportsIPv6 : Socket.OSSupportsIPv4;

    /// <summary>The kernel knows the family, but no interface has the address: IPv6 switched off, for one.</summary>
    private static bool IsMissing(SocketException exception) => exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
}
