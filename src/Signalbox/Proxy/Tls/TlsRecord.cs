using System.Buffers;
using System.Buffers.Binary;

namespace Signalbox.Proxy.Tls;

/// <summary>The head of a TLS record (RFC 8446 5.1): type, version, length. What is in it is the TLS library's business alone.</summary>
/// <param name="Type">22 for a handshake.</param>
/// <param name="Length">Octets behind the head.</param>
internal readonly record struct TlsRecord(byte Type, int Length)
{
    /// <summary>Octets of the head itself.</summary>
    public const int HeadBytes = 5;

    /// <summary>Octets of plaintext in a record at most (RFC 8446 5.1).</summary>
    public const int MostPlain = 16 * 1024;

    public const byte Handshake = 22;

    /// <summary>What TLS 1.2 allows a record to grow by (RFC 5246 6.2.3); TLS 1.3 allows 256.</summary>
    private const int MostExpansion = 2 * 1024;

    /// <summary>Octets of the whole record.</summary>
    public int WholeLength => HeadBytes + Length;

    /// <returns>
    /// Null while the head is not there. For what is no record of TLS, all there is: whoever reads it finds the fault.
    /// </returns>
    public static TlsRecord? Of(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length < HeadBytes) return null;
        if (bytes.FirstSpan.Length >= HeadBytes) return Of(bytes.FirstSpan, bytes.Length);
        Span<byte> head = stackalloc byte[HeadBytes];
        bytes.Slice(0, HeadBytes).CopyTo(head);
        return Of(head, bytes.Length);
    }

    private static TlsRecord Of(ReadOnlySpan<byte> head, long there)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(head[3..]);
        // Change of cipher, alert, handshake, data (20 to 23), and 3 as the first octet of every version since SSL 3.0.
        var isOne = head[0] is >= 20 and <= 23 && head[1] == 3 && length <= MostPlain + MostExpansion;
        return isOne ? new TlsRecord(head[0], length) : new TlsRecord(0, (int)Math.Min(there, MostPlain) - HeadBytes);
    }
}
