using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Signalbox.Benchmarks.Relay;

/// <summary>The system calls that the relay and the paced load make themselves (Linux; the constants are those of x86-64 and arm64 alike).</summary>
internal static unsafe partial class Sys
{
    private const uint In = 0x001;
    private const uint HangUp = 0x010;
    private const int Internet = 2;
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int ReusePort = 15;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int Again = 11;

    /// <summary>A socket on 127.0.0.1 that shares its port with those of the other threads.</summary>
    public static int Listen(int port)
    {
        var listener = Checked(socket(Internet, Stream | NonBlocking, 0));
        Set(listener, SocketLevel, ReuseAddress);
        Set(listener, SocketLevel, ReusePort);
        var address = Loopback(port);
        Checked(bind(listener, &address, sizeof(Address)));
        Checked(listen(listener, 4096));
        return listener;
    }

    /// <summary>The next connection, not blocking; -1 when there is none.</summary>
    public static int Accept(int listener)
    {
        var accepted = accept4(listener, null, null, NonBlocking);
        if (accepted >= 0) Set(accepted, TcpLevel, NoDelay);
        return accepted;
    }

    /// <summary>A connection to 127.0.0.1; waits for it, and does not block from then on.</summary>
    public static int Connect(int port)
    {
        var connected = Checked(socket(Internet, Stream, 0));
        var address = Loopback(port);
        Checked(connect(connected, &address, sizeof(Address)));
        Set(connected, TcpLevel, NoDelay);
        const int setFlags = 4;
        Checked(fcntl(connected, setFlags, NonBlocking));
        return connected;
    }

    public static int NewPoll() => Checked(epoll_create1(0));

    /// <summary>Reports the descriptor when it can be read or has ended.</summary>
    public static void Watch(int poll, int descriptor)
    {
        const int add = 1;
        Span<byte> wanted = stackalloc byte[PollEvents.Size];
        wanted.Clear();
        Unsafe.WriteUnaligned(ref wanted[0], In | HangUp);
        Unsafe.WriteUnaligned(ref wanted[PollEvents.Size - sizeof(long)], descriptor);
        fixed (byte* first = wanted) Checked(epoll_ctl(poll, add, descriptor, first));
    }

    /// <param name="poll">The instance.</param>
    /// <param name="into">Filled from its beginning.</param>
    /// <param name="milliseconds">-1: for ever; 0: not at all.</param>
    /// <returns>How many were filled; none also when a signal came between.</returns>
    public static int Wait(int poll, PollEvents into, int milliseconds)
    {
        fixed (byte* first = into.Bytes) return Math.Max(0, epoll_wait(poll, first, into.Most, milliseconds));
    }

    /// <summary>The same with a finer limit: the kernel's timers, not whole milliseconds.</summary>
    public static int Wait(int poll, PollEvents into, TimeSpan limit)
    {
        var time = new Time { Seconds = (long)limit.TotalSeconds, Nanoseconds = limit.Ticks % TimeSpan.TicksPerSecond * 100 };
        fixed (byte* first = into.Bytes) return Math.Max(0, epoll_pwait2(poll, first, into.Most, &time, null));
    }

    /// <summary>Waits by the kernel's timers, where <see cref="Thread.Sleep(int)"/> knows whole milliseconds.</summary>
    public static void Sleep(TimeSpan time)
    {
        var wanted = new Time { Seconds = (long)time.TotalSeconds, Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * 100 };
        _ = nanosleep(&wanted, null);
    }

    /// <summary>Bytes received; 0 at the end or a reset; -1 when there is nothing yet.</summary>
    public static int Receive(int descriptor, Span<byte> into)
    {
        fixed (byte* first = into)
        {
            var received = (int)recv(descriptor, first, (nuint)into.Length, 0);
            return received >= 0 || Marshal.GetLastPInvokeError() == Again ? received : 0;
        }
    }

    /// <summary>False when it could not be sent whole: what the relay passes on always fits into an empty socket.</summary>
    public static bool Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        const int noSignal = 0x4000;
        fixed (byte* first = bytes) return send(descriptor, first, (nuint)bytes.Length, noSignal) == bytes.Length;
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>
    /// Asks that this thread, of the ordinary class like all others, be let run soon after it is woken, for at most a tenth of a millisecond at a time
    /// (sched_setattr(2), from Linux 6.12 on; threads it starts do not inherit it). For what takes times: it needs little, and what it waits for a core would
    /// be taken for the router's. Without the call in the kernel it stays as it was.
    /// </summary>
    public static void AskForShortSlices()
    {
        const uint resetOnFork = 1;
        var wanted = new Scheduling { Size = (uint)sizeof(Scheduling), Flags = resetOnFork, Runtime = 100_000 };
        _ = syscall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 314 : 274, 0, &wanted, 0);
    }

    private static Address Loopback(int port) => new() { Family = Internet, Port = (ushort)((port << 8) | (port >> 8)), Host = 0x0100007F };

    private static void Set(int descriptor, int level, int option)
    {
        var on = 1;
        Checked(setsockopt(descriptor, level, option, &on, sizeof(int)));
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int option, int* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, Address* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int descriptor, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int descriptor, void* address, void* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int descriptor, Address* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int poll, int operation, int descriptor, byte* wanted);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int poll, byte* events, int most, int milliseconds);

    [LibraryImport("libc")]
    private static partial int epoll_pwait2(int poll, byte* events, int most, Time* limit, void* signals);

    [LibraryImport("libc")]
    private static partial int nanosleep(Time* wanted, Time* left);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, byte* into, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint send(int descriptor, byte* bytes, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint thread, Scheduling* attributes, nint flags);

    /// <summary>struct sched_attr of linux/sched/types.h, in its first size.</summary>
    private struct Scheduling
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private struct Address
    {
        public ushort Family;
        public ushort Port;
        public uint Host;
        public ulong Unused;
    }
}
