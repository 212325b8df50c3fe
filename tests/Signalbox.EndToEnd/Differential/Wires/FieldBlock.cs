using System.Text;

namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>Fields as HTTP/2 writes them (HPACK, RFC 7541), without a dynamic table: the peer is told that ours holds nothing.</summary>
internal static class FieldBlock
{
    /// <summary>RFC 7541 appendix A, from 1 on.</summary>
    private static readonly (string Name, string Value)[] Static =
    [
        ("", ""), (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"),
        (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"),
        ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
        ("content-encoding", ""), ("content-language", ""), ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
        ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""),
        ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    /// <summary>The code's lengths by octet (RFC 7541 appendix B). It is canonical: codes of one length follow each other in the order of their octets.</summary>
    private static readonly byte[] Lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    ];

    private static readonly Dictionary<(int Length, uint Code), byte> Codes = MakeCodes();

    /// <summary>Every field as a literal that is not to be indexed, without Huffman's code (RFC 7541 6.2.2).</summary>
    public static byte[] Write(IEnumerable<(string Name, string Value)> fields)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            WriteText(block, name);
            WriteText(block, value);
        }

        return [.. block];
    }

    public static List<(string Name, string Value)> Read(ReadOnlySpan<byte> block)
    {
        var fields = new List<(string Name, string Value)>();
        while (!block.IsEmpty)
        {
            var kind = block[0];
            if ((kind & 0x80) != 0)
            {
                fields.Add(Static[ReadNumber(ref block, 7)]);
                continue;
            }

            // The size of the dynamic table, which stays 0 (RFC 7541 6.3).
            if ((kind & 0xe0) == 0x20)
            {
                ReadNumber(ref block, 5);
                continue;
            }

            var index = ReadNumber(ref block, (kind & 0x40) != 0 ? 6 : 4);
            var name = index == 0 ? ReadText(ref block) : Static[index].Name;
            fields.Add((name, ReadText(ref block)));
        }

        return fields;
    }

    private static void WriteText(List<byte> block, string text)
    {
        const int inFirst = 127;
        var left = text.Length;
        block.Add((byte)Math.Min(left, inFirst));
        for (left -= inFirst; left >= 0; left = left < 128 ? -1 : left >> 7) block.Add((byte)(left < 128 ? left : (left & 127) | 128));
        block.AddRange(Encoding.Latin1.GetBytes(text));
    }

    /// <summary>RFC 7541 5.1.</summary>
    private static int ReadNumber(ref ReadOnlySpan<byte> block, int bits)
    {
        var most = (1 << bits) - 1;
        var number = block[0] & most;
        block = block[1..];
        for (var shift = 0; number >= most; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            number += (next & 127) << shift;
            if (next < 128) break;
        }

        return number;
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        var isCoded = (block[0] & 0x80) != 0;
        var length = ReadNumber(ref block, 7);
        var octets = block[..length];
        block = block[length..];
        return isCoded ? Decode(octets) : Encoding.Latin1.GetString(octets);
    }

    /// <summary>What is left at the end, less than an octet of ones, is padding.</summary>
    private static string Decode(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        var (length, code) = (0, 0u);
        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            (length, code) = (length + 1, (code << 1) | ((uint)octets[bit / 8] >> (7 - (bit % 8)) & 1));
            if (!Codes.TryGetValue((length, code), out var octet)) continue;
            text.Append((char)octet);
            (length, code) = (0, 0);
        }

        return text.ToString();
    }

    private static Dictionary<(int Length, uint Code), byte> MakeCodes()
    {
        var codes = new Dictionary<(int Length, uint Code), byte>();
        var (code, before) = (0u, 0);
        foreach (var octet in Enumerable.Range(0, Lengths.Length).OrderBy(octet => Lengths[octet]).ThenBy(octet => octet))
        {
            if (before != 0) code = (code + 1) << (Lengths[octet] - before);
            before = Lengths[octet];
            codes[(before, code)] = (byte)octet;
        }

        return codes;
    }
}
