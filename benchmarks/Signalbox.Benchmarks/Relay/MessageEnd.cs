using System.Buffers.Text;

namespace Signalbox.Benchmarks.Relay;

/// <summary>Whether bytes end with a message's end: a request without a body, or an answer with a Content-Length.</summary>
internal static class MessageEnd
{
    public static bool IsAt(ReadOnlySpan<byte> bytes, bool answer)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        if (!answer) return head + 4 == bytes.Length;
        var at = bytes[..head].IndexOf("\nContent-Length: "u8);
        // HAProxy writes names in lower case.
        if (at < 0) at = bytes[..head].IndexOf("\ncontent-length: "u8);
        return at >= 0 && Utf8Parser.TryParse(bytes[(at + "\ncontent-length: ".Length)..], out int length, out _) && bytes.Length == head + 4 + length;
    }
}
