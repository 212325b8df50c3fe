using System.Buffers.Binary;
using System.Text;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>Reads a message's octets, never past their end. Each reading says whether there was enough; after a failure the position means nothing.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    /// <summary>
    /// A name has at most 127 labels, and each may stand behind a pointer of its own. More is nothing a server writes, and would only make reading slow.
    /// </summary>
    private const int MostPointers = 127;

    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }

    public readonly int Left => _message.Length - Position;

    public bool Octet(out byte value)
    {
        value = 0;
        if (Left < 1) return false;
        value = _message[Position++];
        return true;
    }

    public bool Number16(out ushort value)
    {
        value = 0;
        if (!Octets(2, out var octets)) return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(octets);
        return true;
    }

    public bool Number32(out uint value)
    {
        value = 0;
        if (!Octets(4, out var octets)) return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(octets);
        return true;
    }

    public bool Number48(out ulong value)
    {
        value = 0;
        if (!Number16(out var high) || !Number32(out var low)) return false;
        value = (ulong)high << 32 | low;
        return true;
    }

    public bool Octets(int count, out ReadOnlySpan<byte> octets)
    {
        octets = default;
        if (Left < count) return false;
        octets = _message.Slice(Position, count);
        Position += count;
        return true;
    }

    public bool Latin(int count, out string text)
    {
        text = "";
        if (!Octets(count, out var octets)) return false;
        text = Encoding.Latin1.GetString(octets);
        return true;
    }

    public bool Text(out string text)
    {
        text = "";
        return Octet(out var length) && Latin(length, out text);
    }

    /// <summary>
    /// A name with its pointers (RFC 1035 4.1.4). "A pointer to a prior occurance of the same name": each must lead to before everything read so far,
    /// so no chain of them ever comes back to itself.
    /// </summary>
    public bool Name(out DnsName name)
    {
        name = DnsName.Root;
        List<string> labels = [];
        var length = 1;
        var pointers = 0;
        var lowest = Position;
        int? end = null;
        while (true)
        {
            if (!Octet(out var head)) return false;
            if (head == 0) break;
            switch (head & 0xC0)
            {
                case 0x00:
                    length += head + 1;
                    if (length > DnsName.MaxWireLength || !Latin(head, out var label)) return false;
                    labels.Add(label);
                    break;
                case 0xC0:
                    if (!Octet(out var low) || ++pointers > MostPointers) return false;
                    var place = (head & 0x3F) << 8 | low;
                    if (place >= lowest) return false;
                    end ??= Position;
                    Position = lowest = place;
                    break;
                default:
                    // "The 10 and 01 combinations are reserved for future use" and have come to nothing (RFC 6891 5).
                    return false;
            }
        }

        if (end is { } behind) Position = behind;
        if (DnsName.FromLabels(labels) is not { } whole) return false;
        name = whole;
        return true;
    }
}
