namespace Signalbox.Benchmarks.Load;

/// <summary>Short frames of RFC 6455, section 5.2: at most 125 bytes, one frame a message.</summary>
internal static class WebSocketFrame
{
    public const int LongestPayload = 125;

    /// <summary>Two bytes of head and four of masking key.</summary>
    public const int MaskedHead = 6;

    public const int Head = 2;

    private const byte FinalText = 0x81, Close = 0x8, Masked = 0x80;

    /// <summary>A client's frame: section 5.3 wants its payload masked. The key may be any; what it protects (caches that misread) is not here.</summary>
    public static int WriteMasked(Span<byte> into, ReadOnlySpan<byte> payload)
    {
        into[0] = FinalText;
        into[1] = (byte)(Masked | payload.Length);
        ReadOnlySpan<byte> key = [0x37, 0xfa, 0x21, 0x3d];
        key.CopyTo(into[2..]);
        for (var i = 0; i < payload.Length; i++) into[MaskedHead + i] = (byte)(payload[i] ^ into[2 + (i & 3)]);
        return MaskedHead + payload.Length;
    }

    public static int Write(Span<byte> into, ReadOnlySpan<byte> payload)
    {
        into[0] = FinalText;
        into[1] = (byte)payload.Length;
        payload.CopyTo(into[Head..]);
        return Head + payload.Length;
    }

    /// <summary>The next frame's payload, unmasked in place; false when it is not all there yet. A close frame has no payload here and sets <paramref name="closes"/>.</summary>
    public static bool TryRead(Span<byte> received, out int length, out Range payload, out bool closes)
    {
        (length, payload, closes) = (0, default, false);
        if (received.Length < Head) return false;
        var (size, masked) = (received[1] & 0x7f, (received[1] & Masked) != 0);
        if (size > LongestPayload) throw new IOException("A frame is longer than any that was sent.");
        var head = masked ? MaskedHead : Head;
        if (received.Length < head + size) return false;
        length = head + size;
        payload = head..length;
        closes = (received[0] & 0xf) == Close;
        for (var i = 0; masked && i < size; i++) received[head + i] ^= received[Head + (i & 3)];
        return true;
    }
}
