using System.Net;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Leases;

/// <summary>
/// Hands out ports for commands that are about to start. One book for the machine's user, so two commands starting at the same instant never get the
/// same one; and below the range the kernel takes for outgoing connections, so that none of those sits on it meanwhile.
/// </summary>
internal sealed class PortBook(TimeProvider time)
{
    /// <summary>20000 to 31999: above the well-known development ports, below Linux's ephemeral range (from 32768).</summary>
    private const int First = 20_000;
    private const int Last = 31_999;

    /// <summary>A command that has not bound its port after a minute will hardly do so.</summary>
    private static readonly TimeSpan Reservation = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, DateTimeOffset> _given = [];

    public Outcome<PortGrant> Reserve()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var (port, until) in _given.ToList())
            {
                if (until <= now) _given.Remove(port);
            }

            // Starting at random places makes it unlikely that a port just given back, with connections lingering on it, is given again.
            var start = Random.Shared.Next(First, Last + 1);
            for (var step = 0; step <= Last - First; step++)
            {
                var port = First + ((start - First + step) % (Last - First + 1));
                if (_given.ContainsKey(port) || !IsFree(port)) continue;
                _given[port] = now + Reservation;
                return new PortGrant(port, (int)Reservation.TotalSeconds);
            }
        }

        return new Problem(ProblemType.PortInUse, ProblemSide.System, $"{First} to {Last}", "No port of this range is free.", "Give one with --port.", Retry: true);
    }

    private static bool IsFree(int port) =>
        CanBind(new IPEndPoint(IPAddress.Loopback, port)) && (!Socket.OSSupportsIPv6 || CanBind(new IPEndPoint(IPAddress.IPv6Loopback, port)));

    private static bool CanBind(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            // A machine without this loopback address: then nobody can sit on it.
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
