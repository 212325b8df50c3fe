using System.Net;
using System.Net.Sockets;

namespace Signalbox.Tests.Support;

/// <summary>
/// A port of the loopback address that stays the test's own while nothing listens on it: it is bound, which refuses connections and keeps the system from
/// giving it to others. A listener of the test may bind it beside this (bind of the runtime sets SO_REUSEADDR, which allows that while at most one listens).
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HeldPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string Url => $"http://127.0.0.1:{Number}";

    public void Dispose() => _socket.Dispose();
}
