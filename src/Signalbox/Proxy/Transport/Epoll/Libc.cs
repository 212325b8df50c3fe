using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// The system calls of the event loops, as Linux has them on x86-64 and arm64. Each returns what the call returns; a negative result is -1 with the error in
/// <see cref="LastError"/>, but for those that every request makes: their error is the result, negated. Saving the error after each call whether it
/// failed or not costs as much as the rest of the way into the kernel. Values: linux/eventpoll.h, linux/socket.h, linux/tcp.h.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>Close-on-exec, for epoll_create1 and eventfd alike (O_CLOEXEC).</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>O_NONBLOCK, which is also SOCK_NONBLOCK and EFD_NONBLOCK.</summary>
    public const int NonBlocking = 0x800;

    public const int ControlAdd = 1;
    public const int ControlDelete = 2;

    public const int InternetV4 = 2;
    public const int InternetV6 = 10;
    public const int Stream = 1;

    public const int SocketLevel = 1;
    public const int SocketError = 4;
    public const int SocketLinger = 13;
    public const int KeepAlive = 9;
    public const int TcpLevel = 6;
    public const int TcpNoDelay = 1;
    public const int TcpKeepIdle = 4;
    public const int TcpKeepInterval = 5;
    public const int TcpKeepCount = 6;
    public const int TcpInfo = 11;

    public const int ShutdownSend = 1;

    /// <summary>RLIMIT_NOFILE.</summary>
    private const int OpenFiles = 7;

    /// <summary>MSG_NOSIGNAL: a write to a peer that is gone is an error and no signal.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>MSG_PEEK: look and leave it there.</summary>
    public const int Peek = 2;

    /// <summary>Bytes of one epoll_event: packed on x86-64 alone, by its ABI.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where its 64 bits of ours begin.</summary>
    public static readonly int EventDataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public static int LastError
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Marshal.GetLastPInvokeError();
    }

    public static int Control(int epoll, int operation, int descriptor, uint events, ulong data)
    {
        var change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, events);
        Unsafe.WriteUnaligned(change + EventDataOffset, data);
        return EpollControl(epoll, operation, descriptor, change);
    }

    /// <returns>Bytes, or the error negated.</returns>
    public static int Receive(int socket, Span<byte> into, int flags = 0)
    {
        fixed (byte* start = into)
        {
            while (true)
            {
                var received = (int)Receive(socket, start, (nuint)into.Length, flags);
                // Nothing may come between the call and this: it reads errno itself.
                if (received >= 0 || (received = -Marshal.GetLastSystemError()) != -Errors.Interrupted) return received;
            }
        }
    }

    /// <returns>Bytes, or the error negated.</returns>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                var sent = (int)Send(socket, start, (nuint)bytes.Length, NoSignal);
                if (sent >= 0 || (sent = -Marshal.GetLastSystemError()) != -Errors.Interrupted) return sent;
            }
        }
    }

    /// <summary>One call for several pieces; they must stay where they are until it returns.</summary>
    /// <returns>Bytes, or the error negated.</returns>
    public static int Send(int socket, Piece* pieces, int count)
    {
        var message = new Message { Pieces = pieces, Count = (nuint)count };
        while (true)
        {
            var sent = (int)SendMessage(socket, &message, NoSignal);
            if (sent >= 0 || (sent = -Marshal.GetLastSystemError()) != -Errors.Interrupted) return sent;
        }
    }

    public static int SetOption(int socket, int level, int option, int value) => SetOption(socket, level, option, &value, sizeof(int));

    /// <summary>SO_LINGER with no time: closing discards what is unsent and resets the connection.</summary>
    public static int ResetOnClose(int socket)
    {
        var linger = stackalloc int[] { 1, 0 };
        return SetOption(socket, SocketLevel, SocketLinger, linger, 2 * sizeof(int));
    }

    public static int GetOption(int socket, int level, int option, Span<byte> value, out int length)
    {
        var size = (uint)value.Length;
        fixed (byte* start = value)
        {
            var result = GetOption(socket, level, option, start, &size);
            length = (int)size;
            return result;
        }
    }

    public static int Connect(int socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address) return Connect(socket, start, (uint)address.Length);
    }

    public static int Accept(int socket, Span<byte> address)
    {
        var size = (uint)address.Length;
        fixed (byte* start = address) return Accept(socket, start, &size, NonBlocking | CloseOnExec);
    }

    public static int LocalName(int socket, Span<byte> address)
    {
        var size = (uint)address.Length;
        fixed (byte* start = address) return SocketName(socket, start, &size);
    }

    /// <summary>How many descriptors the process may have now (RLIMIT_NOFILE).</summary>
    public static long DescriptorLimit()
    {
        var limits = stackalloc ulong[2];
        // Without an answer there is nothing to keep clear of; the kernel will say when there are no more.
        return GetLimit(OpenFiles, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : long.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    /// <summary>An error can only be that a signal came between, which is as good as nothing ready.</summary>
    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* from, nuint count);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int socket, byte* into, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int socket, byte* from, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    private static partial nint SendMessage(int socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int option, void* value, uint size);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int socket, int level, int option, void* value, uint* size);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte* address, uint size);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int socket, byte* address, uint* size, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int SocketName(int socket, byte* address, uint* size);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint Count;
        public void* Ancillary;
        public nuint AncillaryLength;
        public int Flags;
    }
}
