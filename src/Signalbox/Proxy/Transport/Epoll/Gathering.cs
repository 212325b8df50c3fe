using System.Buffers;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Sends a sequence of segments by one system call.</summary>
internal static unsafe class Gathering
{
    /// <summary>Segments of one call: 64 of a pipe's 4 KiB are more than a socket's buffer usually takes.</summary>
    private const int MostPieces = 64;

    /// <returns>Bytes, or the error negated.</returns>
    /// <param name="socket">Its descriptor.</param>
    /// <param name="bytes">Not empty.</param>
    /// <param name="offered">Octets that the kernel was shown; when it took fewer, its buffer is full.</param>
    public static int Send(int socket, in ReadOnlySequence<byte> bytes, out long offered)
    {
        if (bytes.IsSingleSegment)
        {
            offered = bytes.First.Length;
            return Libc.Send(socket, bytes.FirstSpan);
        }

        var pieces = stackalloc Libc.Piece[MostPieces];
        var pins = new Pins();
        var count = 0;
        offered = 0;
        try
        {
            foreach (var segment in bytes)
            {
                if (segment.IsEmpty) continue;
                if (count == MostPieces) break;
                // The transport's own blocks never move, and pinning them costs nothing.
                pins[count] = segment.Pin();
                pieces[count] = new Libc.Piece { Start = (byte*)pins[count].Pointer, Length = (nuint)segment.Length };
                offered += segment.Length;
                count++;
            }

            return Libc.Send(socket, pieces, count);
        }
        finally
        {
            for (var i = 0; i < count; i++) pins[i].Dispose();
        }
    }

    [System.Runtime.CompilerServices.InlineArray(MostPieces)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
