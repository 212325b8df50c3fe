using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Signalbox.Benchmarks.Relay;

/// <summary>
/// Room for what <c>epoll_wait</c> reports. The kernel's <c>struct epoll_event</c> (32 bits of events, 64 of data) is packed on x86-64 and padded elsewhere.
/// </summary>
internal sealed class PollEvents(int most)
{
    public static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public byte[] Bytes { get; } = new byte[most * Size];

    public int Most => most;

    /// <summary>The descriptor that the event of this number is about.</summary>
    public int this[int number] => Unsafe.ReadUnaligned<int>(ref Bytes[(number * Size) + Size - sizeof(long)]);
}
