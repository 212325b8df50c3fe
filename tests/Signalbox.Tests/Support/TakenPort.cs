using System.Net;
using System.Net.Sockets;

namespace Signalbox.Tests.Support;

/// <summary>
/// A port that somebody, this very process, listens on until <see cref="Free"/>. Then it is free to be bound by whoever waits for it and is still given by the system to nobody
/// else, see <see cref="HeldPort"/>.
/// </summary>
internal sealed class TakenPort : IDisposable
{
    private readonly Socket _held;
    private readonly Socket _listening;

    public TakenPort(IPAddress? address = null, int port = 0)
    {
        address ??= IPAddress.Loopback;
        _held = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _held.Bind(new IPEndPoint(address, port));
        _listening = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listening.Bind(_held.LocalEndPoint!);
        _listening.Listen();
    }

    public int Number => ((IPEndPoint)_held.LocalEndPoint!).Port;

    public void Free() => _listening.Dispose();

    public void Dispose()
    {
        Free();
        _held.Dispose();
    }
}
