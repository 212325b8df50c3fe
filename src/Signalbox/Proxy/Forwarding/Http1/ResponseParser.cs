using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// Reads the head of an answer (RFC 9112 4 and 5), each line as it becomes whole, so that a head that comes slowly is searched once and one that is none
/// is known by its first octets. Strict: what another reader could take for something else is an error, and its connection is of no more use. One
/// leniency is left, because services in use need it and it has one reading: the space behind the status may be missing where no reason follows.
/// </summary>
internal static class ResponseParser
{
    /// <summary>As much as the framework's client takes by default; nginx and HAProxy take 4 to 16 KB as they are installed.</summary>
    public const int MaxHeadBytes = 64 * 1024;

    /// <summary>Version, a space, three digits.</summary>
    private const int MinStatusLine = 12;

    /// <summary>
    /// Octets of the head with its empty line, or 0 when it is not all there yet. Then the same octets are to come again with more behind them.
    /// </summary>
    /// <exception cref="ProtocolException">It is no head of an HTTP/1 answer, or has two readings.</exception>
    public static int Parse(ReadOnlySpan<byte> bytes, ResponseMessage into)
    {
        if (into.Repeat(bytes) is > 0 and var repeated) return repeated;
        var (at, from) = (into.At, into.Searched);
        // An error leaves the message ready for another head.
        into.Pause(0, 0);
        if (at == 0) CheckVersion(bytes);
        while (true)
        {
            if (at > 0) at = into.AddRepeated(bytes, at);
            from = Math.Max(from, at);
            var found = bytes[from..].IndexOf((byte)'\n');
            // Any head that does not end is cut off at the same octet, in however many pieces it comes.
            if (found < 0 ? bytes.Length >= MaxHeadBytes : from + found >= MaxHeadBytes) throw new ProtocolException("its answer's header section is too large");
            if (found < 0)
            {
                into.Pause(at, bytes.Length);
                return 0;
            }

            var end = from + found;
            // RFC 9112 2.2 lets a recipient take LF alone for a line's end. Some do not, and they would read other fields.
            if (end == at || bytes[end - 1] != '\r') throw new ProtocolException("a line of its answer ends in a line feed alone");
            var line = bytes[at..(end - 1)];
            if (at == 0) BeginHead(line, into);
            else if (!line.IsEmpty) into.Add(line, at);
            at = end + 1;
            if (!line.IsEmpty) continue;
            into.End(bytes[..at]);
            return at;
        }
    }

    private static void CheckVersion(ReadOnlySpan<byte> bytes)
    {
        var version = "HTTP/1."u8;
        var count = Math.Min(bytes.Length, version.Length);
        if (!bytes[..count].SequenceEqual(version[..count])) throw Invalid();
    }

    /// <summary>RFC 9112 4: HTTP-version SP status-code SP [ reason-phrase ].</summary>
    private static void BeginHead(ReadOnlySpan<byte> line, ResponseMessage into)
    {
        if (line.Length < MinStatusLine || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ' || (line.Length > MinStatusLine && line[MinStatusLine] != ' ')) throw Invalid();
        int hundreds = line[9] - '0', tens = line[10] - '0', ones = line[11] - '0';
        if (hundreds is < 1 or > 9 || tens is < 0 or > 9 || ones is < 0 or > 9) throw Invalid();
        var reason = line.Length > MinStatusLine ? line[(MinStatusLine + 1)..] : default;
        // The server sends the reason on unlooked at, and a lone CR in it is a line's end to some.
        if (reason.ContainsAnyExcept(Octets.FieldValue)) throw new ProtocolException("the first line of its answer has a control character");
        into.Begin(line[7] - '0', (hundreds * 100) + (tens * 10) + ones, reason);
    }

    private static ProtocolException Invalid() => new("its answer is not valid HTTP");
}
