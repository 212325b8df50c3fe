using System.Buffers.Binary;
using System.Net.Sockets;

namespace Signalbox.Proxy.Connections;

/// <summary>The kernel's view of a TCP connection: Linux <c>struct tcp_info</c> (linux/tcp.h).</summary>
/// <param name="IsHalfClosed">The peer has ended its direction and the other one is open: CLOSE_WAIT.</param>
/// <param name="Acknowledged">Octets of ours that the peer's kernel has acknowledged since the connection began.</param>
internal readonly record struct TcpState(bool IsHalfClosed, ulong Acknowledged)
{
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;
    private const byte CloseWait = 8;

    /// <summary><c>tcpi_bytes_acked</c>: a 64-bit number in the machine's order at octet 120, since Linux 4.1.</summary>
    private const int BytesAcked = 120;

    /// <summary>Bytes to ask for: all of the structure that this reads, and what later kernels add.</summary>
    public const int InfoBytes = 256;

    /// <summary>Null when the socket is closed or does not tell.</summary>
    public static TcpState? Read(Socket socket)
    {
        Span<byte> info = stackalloc byte[InfoBytes];
        try
        {
            return Read(info[..socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info)]);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <param name="info">The structure as the kernel wrote it; null comes of one that is too short.</param>
    public static TcpState? Read(ReadOnlySpan<byte> info)
    {
        if (info.Length < BytesAcked + sizeof(ulong)) return null;
        var acknowledged = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt64LittleEndian(info[BytesAcked..])
            : BinaryPrimitives.ReadUInt64BigEndian(info[BytesAcked..]);
        return new TcpState(info[0] == CloseWait, acknowledged);
    }
}
