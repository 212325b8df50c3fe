using System.Runtime.InteropServices;

namespace Signalbox.Cli.Output;

/// <summary>
/// Writes to an open descriptor (1 or 2) and nothing else. The framework's console streams first set the terminal up, which switches its keypad, also
/// for a command started in it; a FileStream would keep a position of its own and overwrite what others append to the same file.
/// </summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4, BrokenPipe = 32;

    /// <summary>EAGAIN of Linux and of macOS: a program that shares the terminal with us (Node does so) has made it non-blocking.</summary>
    private const int WouldBlock = 11, WouldBlockOnMacOS = 35;

    private const short Writable = 4;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Writes everything. A reader that has gone (<c>| head</c>) is no error: nobody wants the rest.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Write(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted: continue;
                case WouldBlock or WouldBlockOnMacOS: WaitUntilWritable(); continue;
                case BrokenPipe: return;
                default: throw new OutputException(Marshal.GetLastPInvokeErrorMessage());
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>poll(2) without an end: as long as the terminal is held (Ctrl-S), so are we.</summary>
    private void WaitUntilWritable()
    {
        var wanted = new PollDescriptor { Descriptor = descriptor, Events = Writable };
        _ = Poll(ref wanted, 1, -1);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Answered;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);
}
