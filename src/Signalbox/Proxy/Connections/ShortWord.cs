using System.Text;

namespace Signalbox.Proxy.Connections;

/// <summary>A method, field name or framing value put together from pieces. Bounded: what is longer is remembered as too long.</summary>
internal sealed class ShortWord
{
    /// <summary>A host name of 253, a port and some white space; every other word looked at is shorter.</summary>
    private const int Capacity = 320;

    private readonly byte[] _octets = new byte[Capacity];

    public int Length { get; private set; }

    /// <summary>More was appended than fits, so that the word is not one of those looked for.</summary>
    public bool IsCut { get; private set; }

    public ReadOnlySpan<byte> Span => _octets.AsSpan(0, Length);

    public void Clear() => (Length, IsCut) = (0, false);

    public void Append(byte octet) => Append([octet]);

    public void Append(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > Capacity - Length)
        {
            octets = octets[..(Capacity - Length)];
            IsCut = true;
        }

        octets.CopyTo(_octets.AsSpan(Length));
        Length += octets.Length;
    }

    public bool Is(ReadOnlySpan<byte> other) => !IsCut && Span.SequenceEqual(other);

    public bool IsIgnoringCase(ReadOnlySpan<byte> other) => !IsCut && Ascii.EqualsIgnoreCase(Span, other);
}
