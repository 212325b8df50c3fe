using System.Buffers;
using System.Buffers.Binary;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// Looks at a ClientHello before the TLS library does, and takes nothing away. It may come in many records and many pieces. What is no hello, or too
/// large for one, is not waited for: the library is to refuse it.
/// </summary>
internal static class HelloReader
{
    /// <summary>Octets of the message at most; real ones have 200 to 2,000, with keys that withstand quantum computers. OpenSSL's own bound is 128 KiB.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>Records it may be spread over; clients use one or two. It also bounds the work for a client that sends octet by octet.</summary>
    private const int MostRecords = 64;

    private const int MessageHead = 4;

    /// <returns><see cref="ClientHello.Unread"/> when it cannot be read.</returns>
    public static async ValueTask<ClientHello> ReadAsync(RecordInput input, CancellationToken cancellation)
    {
        input.Look();
        while (true)
        {
            if (TryRead(input.Held, out var hello) || input.HasEnded) return hello ?? ClientHello.Unread;
            var before = input.Held.Length;
            var read = await input.MoreAsync(cancellation);
            input.Take(read);
            // The end came instead: there will be no more of it.
            if (read.IsCompleted && read.Buffer.Length == before) return ClientHello.Unread;
        }
    }

    /// <returns>False when there is to be more first.</returns>
    /// <param name="bytes">From the connection's first octet on.</param>
    /// <param name="hello">Null when it is not one.</param>
    public static bool TryRead(ReadOnlySequence<byte> bytes, out ClientHello? hello)
    {
        hello = null;
        byte[]? gathered = null;
        try
        {
            var count = 0;
            for (var records = 0; records < MostRecords; records++)
            {
                if (!bytes.IsEmpty && bytes.FirstSpan is [not TlsRecord.Handshake, ..]) return true;
                if (TlsRecord.Of(bytes) is not { } record) return false;
                if (record.Type != TlsRecord.Handshake || record.Length is 0 or > TlsRecord.MostPlain) return true;
                if (bytes.Length < record.WholeLength) return false;
                var payload = bytes.Slice(TlsRecord.HeadBytes, record.Length);
                if (records == 0 && payload.IsSingleSegment && Needed(payload.FirstSpan) is var needed && needed <= payload.Length)
                {
                    hello = needed == payload.Length ? HelloParser.Parse(payload.FirstSpan) : null;
                    return true;
                }

                gathered ??= ArrayPool<byte>.Shared.Rent(MessageHead + MostBytes);
                if (count + payload.Length > MessageHead + MostBytes) return true;
                payload.CopyTo(gathered.AsSpan(count));
                count += record.Length;
                if (Needed(gathered.AsSpan(0, count)) is var whole && whole <= count)
                {
                    hello = whole == count ? HelloParser.Parse(gathered.AsSpan(0, count)) : null;
                    return true;
                }

                bytes = bytes.Slice(record.WholeLength);
            }

            return true;
        }
        finally
        {
            if (gathered is not null) ArrayPool<byte>.Shared.Return(gathered);
        }
    }

    /// <returns>Octets of the whole message, as its head says; 0 for one that cannot be a hello, so that it is looked at no further.</returns>
    private static int Needed(ReadOnlySpan<byte> message)
    {
        if (message.Length < MessageHead) return MessageHead;
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(message) & 0xFF_FFFF);
        return length > MostBytes ? 0 : MessageHead + length;
    }
}
