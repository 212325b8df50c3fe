using System.Net;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>What a record says. Equal by value; strings hold one octet a character.</summary>
internal abstract record DnsData;

/// <summary>A and AAAA (RFC 1035 3.4.1, RFC 3596 2.2).</summary>
internal sealed record AddressData(IPAddress Address) : DnsData
{
    public override string ToString() => Address.ToString();
}

/// <summary>CNAME and NS (RFC 1035 3.3.1, 3.3.11).</summary>
internal sealed record NameData(DnsName Name) : DnsData
{
    public override string ToString() => Name.Text;
}

/// <summary>RFC 1035 3.3.13. Times in seconds.</summary>
internal sealed record SoaData(DnsName Primary, DnsName Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum) : DnsData
{
    public override string ToString() => $"{Primary} {Mailbox} {Serial}";
}

/// <summary>RFC 1035 3.3.14: one or more strings of at most 255 octets, whose sum is the value.</summary>
internal sealed record TxtData(Items<string> Strings) : DnsData
{
    public string Value => string.Concat(Strings);

    /// <summary>A value of any length, cut into strings of 255 octets.</summary>
    public static TxtData Of(string value) => new(value.Length == 0 ? [""] : value.Chunk(byte.MaxValue).Select(part => new string(part)).ToItems());

    public override string ToString() => DnsText.Quote(Value);
}

/// <summary>RFC 8659 4.1.</summary>
internal sealed record CaaData(byte Flags, string Tag, string Value) : DnsData
{
    /// <summary>Bit 0, the highest: who does not understand the tag must not issue.</summary>
    public bool IsCritical => (Flags & 0x80) != 0;

    public override string ToString() => $"{Flags} {Tag} {DnsText.Quote(Value)}";
}

/// <summary>RFC 8945 4.2. What it signs and how is in <see cref="Tsig"/>.</summary>
/// <param name="Algorithm">A domain name, such as hmac-sha256.</param>
/// <param name="TimeSigned">Seconds since 1970, 48 bits.</param>
/// <param name="Fudge">Seconds the two clocks may differ.</param>
/// <param name="Other">With BADTIME, the server's time in 6 octets.</param>
internal sealed record TsigData(DnsName Algorithm, ulong TimeSigned, ushort Fudge, Items<byte> Mac, ushort OriginalId, DnsRcode Error, Items<byte> Other) : DnsData
{
    public override string ToString() => $"{Algorithm} {Error.Word()}";
}

/// <summary>Any other type, and the empty data of an update's deletions.</summary>
internal sealed record RawData(Items<byte> Octets) : DnsData
{
    public override string ToString() => $"\\# {Octets.Count} {Convert.ToHexString(Octets.AsSpan())}";
}
