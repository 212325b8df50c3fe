using System.Buffers.Binary;
using System.Text;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>Octets of a message, in network order, with owner names compressed (RFC 1035 4.1.4).</summary>
internal sealed class DnsWriter
{
    /// <summary>A pointer has 14 bits.</summary>
    private const int LastPointer = 0x3FFF;

    private readonly List<byte> _octets = [];
    private readonly Dictionary<DnsName, int> _places = [];

    public int Length => _octets.Count;

    public byte[] ToArray() => [.. _octets];

    public void Octet(byte value) => _octets.Add(value);

    public void Number16(int value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, checked((ushort)value));
        _octets.AddRange(octets);
    }

    public void Number32(uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        _octets.AddRange(octets);
    }

    public void Number48(ulong value)
    {
        Number16((int)(value >> 32 & 0xFFFF));
        Number32((uint)value);
    }

    public void Octets(ReadOnlySpan<byte> octets) => _octets.AddRange(octets);

    public void Latin(string text) => _octets.AddRange(Encoding.Latin1.GetBytes(text));

    /// <summary>A string of at most 255 octets with its length before it (RFC 1035 3.3).</summary>
    public void Text(string text)
    {
        Octet(checked((byte)text.Length));
        Latin(text);
    }

    /// <summary>Refers to an earlier place where the rest of the name stands already.</summary>
    public void Name(DnsName name)
    {
        for (var rest = name; !rest.IsRoot; rest = rest.Parent)
        {
            if (_places.TryGetValue(rest, out var place))
            {
                Number16(0xC000 | place);
                return;
            }

            if (Length <= LastPointer) _places.Add(rest, Length);
            Text(rest.Labels[0]);
        }

        Octet(0);
    }

    /// <summary>Without pointers: inside data, where not every reader follows them (RFC 3597 4), and under a signature (RFC 8945 4.2).</summary>
    public void WholeName(DnsName name)
    {
        foreach (var label in name.Labels) Text(label);
        Octet(0);
    }

    /// <summary>Writes data with its length before it, which is known only afterwards.</summary>
    public void Sized(Action<DnsWriter> write)
    {
        var place = Length;
        Number16(0);
        write(this);
        var size = checked((ushort)(Length - place - 2));
        (_octets[place], _octets[place + 1]) = ((byte)(size >> 8), (byte)size);
    }
}
