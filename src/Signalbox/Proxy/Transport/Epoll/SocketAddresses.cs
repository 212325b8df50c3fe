using System.Buffers.Binary;
using System.Net;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Reads addresses as the kernel writes them: struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)).</summary>
internal static class SocketAddresses
{
    /// <summary>Room for any address of the families we listen on; a unix socket's is longer and is cut off, since nobody wants a client's.</summary>
    public const int Bytes = 128;

    private const int ScopeOffset = 24;

    /// <returns>Null for other families, such as unix sockets, whose clients have no address.</returns>
    public static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return BitConverter.ToUInt16(address) switch
        {
            Libc.InternetV4 => new IPEndPoint(new IPAddress(address.Slice(4, 4)), port),
            Libc.InternetV6 => new IPEndPoint(new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address[ScopeOffset..])), port),
            _ => null,
        };
    }

    public static IPEndPoint? LocalOf(LoopSocket socket)
    {
        Span<byte> address = stackalloc byte[Bytes];
        return socket.LocalName(address) == 0 ? Read(address) : null;
    }
}
