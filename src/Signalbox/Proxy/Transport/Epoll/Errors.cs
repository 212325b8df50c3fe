using System.Net.Sockets;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Translates the kernel's error numbers (errno, as Linux has them on all its platforms), once, into what the rest knows.</summary>
internal static class Errors
{
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int OutOfMemory = 12;
    public const int FileTableFull = 23;
    public const int TooManyFiles = 24;
    public const int BrokenPipe = 32;
    public const int NoBuffers = 105;
    public const int Reset = 104;
    public const int InProgress = 115;

    /// <summary>There is no descriptor or memory for one more connection; later there may be.</summary>
    public static bool IsShortage(int error) => error is TooManyFiles or FileTableFull or OutOfMemory or NoBuffers;

    /// <summary>What accept(2) says of a socket that does not listen any more: EBADF, EINVAL, ENOTSOCK.</summary>
    public static bool IsListenerGone(int error) => error is 9 or 22 or 88;

    public static SocketException Socket(int error) => new((int)(error switch
    {
        1 or 13 => SocketError.AccessDenied,
        Again => SocketError.WouldBlock,
        OutOfMemory or NoBuffers => SocketError.NoBufferSpaceAvailable,
        FileTableFull or TooManyFiles => SocketError.TooManyOpenSockets,
        BrokenPipe => SocketError.Shutdown,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        Reset => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        InProgress => SocketError.InProgress,
        _ => SocketError.SocketError,
    }));

    /// <summary>For operations on a connection: what the framework's streams throw as well.</summary>
    public static IOException Exception(int error)
    {
        var inner = Socket(error);
        return new IOException(inner.SocketErrorCode == SocketError.SocketError ? $"The system call failed with error {error}." : inner.Message, inner);
    }
}
