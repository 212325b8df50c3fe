using System.Net;
using System.Net.Sockets;

namespace Signalbox.Benchmarks.Load;

/// <summary>Connections to a router on this machine, many thousands of them.</summary>
internal static class ClientSocket
{
    /// <summary>
    /// Source addresses the connections are spread over, 127.0.0.2 and up. One address has about 28,000 ports (net.ipv4.ip_local_port_range), of which
    /// those of connections just closed stay taken for a minute.
    /// </summary>
    private const int Addresses = 8;

    /// <summary>IPPROTO_IP and IP_BIND_ADDRESS_NO_PORT of linux/in.h: the port is chosen when it connects, so that it only has to be unused towards that very router.</summary>
    private const int Ip = 0, BindAddressNoPort = 24;

    private static int _next;

    public static async Task<Socket> ConnectAsync(IPEndPoint router, CancellationToken cancellation = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetRawSocketOption(Ip, BindAddressNoPort, BitConverter.GetBytes(1));
            var last = 2 + ((uint)Interlocked.Increment(ref _next) % Addresses);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)last]), 0));
            await socket.ConnectAsync(router, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
