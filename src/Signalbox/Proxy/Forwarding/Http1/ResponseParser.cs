using System.Globalization;
using System.Text;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// Reads the head of an answer (RFC 9112 4 and 5). Lenient where a backend can only harm itself (a line may end in LF alone), strict where its
/// answer could be taken for two.
/// </summary>
internal static class ResponseParser
{
    /// <summary>Far above what any service sends; a head that does not end must end somewhere.</summary>
    public const int MaxHeadBytes = 256 * 1024;

    private const string Invalid = "its answer is not valid HTTP";

    /// <summary>Length of the head with its empty line, or 0 while it is not all there.</summary>
    public static int HeadLength(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; ;)
        {
            var line = bytes[at..].IndexOf((byte)'\n');
            if (line < 0) return 0;
            // An empty line, with or without its CR, ends the head.
            if (line == 0 || (line == 1 && bytes[at] == (byte)'\r')) return at + line + 1;
            at += line + 1;
        }
    }

    /// <exception cref="ProtocolException">It is no head of an HTTP/1 answer.</exception>
    public static ResponseMessage Parse(ReadOnlySpan<byte> head)
    {
        var line = NextLine(ref head);
        // RFC 9112 4: HTTP-version SP status-code SP [ reason-phrase ]; some leave the last space out.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != (byte)' ' || (line.Length > 12 && line[12] != (byte)' '))
            throw new ProtocolException(Invalid);
        if (!int.TryParse(line[9..12], NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status < 100) throw new ProtocolException(Invalid);
        var reason = line.Length > 13 ? Encoding.Latin1.GetString(line[13..]) : "";
        // The server sends the reason on unlooked at, and a lone CR in it is a line's end to some (RFC 9112 4: HTAB, SP, VCHAR, obs-text).
        if (reason.Any(c => c is < ' ' and not '\t' or '\x7f')) throw new ProtocolException(Invalid);
        return Framed(new ResponseMessage(line[7] - '0', status, reason, ParseFields(ref head)));
    }

    /// <summary>Fields up to an empty line; also for trailers.</summary>
    public static List<KeyValuePair<string, string>> ParseFields(ref ReadOnlySpan<byte> bytes)
    {
        var fields = new List<KeyValuePair<string, string>>();
        while (true)
        {
            var line = NextLine(ref bytes);
            if (line.IsEmpty) return fields;
            var colon = line.IndexOf((byte)':');
            // RFC 9112 5.1 and 5.2: no white space before the colon, and no folded lines; both have been read in two ways.
            if (colon <= 0 || line[0] is (byte)' ' or (byte)'\t' || line[colon - 1] is (byte)' ' or (byte)'\t') throw new ProtocolException(Invalid);
            fields.Add(new(Encoding.Latin1.GetString(line[..colon]), Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8))));
        }
    }

    private static ResponseMessage Framed(ResponseMessage message)
    {
        long? length = null;
        var isChunked = false;
        string? connection = null;
        foreach (var (name, value) in message.Fields)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                // RFC 9112 6.3: lengths that differ, or are none, cannot be recovered from.
                foreach (var part in value.Split(','))
                {
                    if (!long.TryParse(part.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var given) || (length is not null && length != given))
                        throw new ProtocolException("its answer has no single valid Content-Length");
                    length = given;
                }
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                if (isChunked || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase)) throw new ProtocolException($"its answer has the transfer coding “{value}”, which nobody asked for");
                isChunked = true;
            }
            else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                connection = connection is null ? value : $"{connection}, {value}";
            }
        }

        // RFC 9112 6.1: with both a length and chunks the answer may be an attempt at something, and its connection is not used again.
        var suspicious = isChunked && (length is not null || message.Minor == 0);
        var keeps = connection is null ? message.Minor == 1 : !HopByHop.HasToken([connection], "close") && (message.Minor == 1 || HopByHop.HasToken([connection], "keep-alive"));
        return message with { Length = isChunked ? null : length, IsChunked = isChunked, Connection = connection, KeepsConnection = keeps && !suspicious };
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0) throw new ProtocolException(Invalid);
        var line = bytes[..end];
        bytes = bytes[(end + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }
}
