using System.Net;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>Data of records, by type. A length that does not fit the type makes the whole message unreadable: nothing behind it could be trusted.</summary>
internal static class DnsDataCodec
{
    public static void Write(DnsWriter writer, DnsData data)
    {
        switch (data)
        {
            case AddressData address:
                writer.Octets(address.Address.GetAddressBytes());
                break;
            case NameData name:
                writer.WholeName(name.Name);
                break;
            case SoaData soa:
                writer.WholeName(soa.Primary);
                writer.WholeName(soa.Mailbox);
                foreach (var number in (ReadOnlySpan<uint>)[soa.Serial, soa.Refresh, soa.Retry, soa.Expire, soa.Minimum]) writer.Number32(number);
                break;
            case TxtData txt:
                foreach (var text in txt.Strings) writer.Text(text);
                break;
            case CaaData caa:
                writer.Octet(caa.Flags);
                writer.Text(caa.Tag);
                writer.Latin(caa.Value);
                break;
            case TsigData tsig:
                writer.WholeName(tsig.Algorithm);
                writer.Number48(tsig.TimeSigned);
                writer.Number16(tsig.Fudge);
                writer.Number16(tsig.Mac.Count);
                writer.Octets(tsig.Mac.AsSpan());
                writer.Number16(tsig.OriginalId);
                writer.Number16((int)tsig.Error);
                writer.Number16(tsig.Other.Count);
                writer.Octets(tsig.Other.AsSpan());
                break;
            case RawData raw:
                writer.Octets(raw.Octets.AsSpan());
                break;
        }
    }

    /// <summary>The data of this length at the reader's place; null when it is not what its type says.</summary>
    public static DnsData? Read(ref DnsReader reader, DnsType type, DnsClass kind, int length)
    {
        if (reader.Left < length) return null;
        var end = reader.Position + length;

        // RFC 2136 2.4, 2.5: a deletion or a prerequisite names a type and has no data.
        if (length == 0 && kind is DnsClass.Any or DnsClass.None) return new RawData([]);
        DnsData? data = type switch
        {
            DnsType.A => Address(ref reader, length, 4),
            DnsType.AAAA => Address(ref reader, length, 16),
            DnsType.CNAME or DnsType.NS => reader.Name(out var name) ? new NameData(name) : null,
            DnsType.SOA => Soa(ref reader),
            DnsType.TXT => Txt(ref reader, end),
            DnsType.CAA => Caa(ref reader, end),
            DnsType.TSIG => TsigRecord(ref reader),
            _ => reader.Octets(length, out var octets) ? new RawData(Items.Of(octets)) : null,
        };
        return reader.Position == end ? data : null;
    }

    private static AddressData? Address(ref DnsReader reader, int length, int right) =>
        length == right && reader.Octets(length, out var octets) ? new AddressData(new IPAddress(octets)) : null;

    private static SoaData? Soa(ref DnsReader reader) =>
        reader.Name(out var primary) && reader.Name(out var mailbox) && reader.Number32(out var serial) && reader.Number32(out var refresh)
        && reader.Number32(out var retry) && reader.Number32(out var expire) && reader.Number32(out var minimum)
            ? new SoaData(primary, mailbox, serial, refresh, retry, expire, minimum)
            : null;

    private static TxtData? Txt(ref DnsReader reader, int end)
    {
        List<string> strings = [];
        do
        {
            if (!reader.Text(out var text) || reader.Position > end) return null;
            strings.Add(text);
        }
        while (reader.Position < end);
        return new TxtData(strings.ToItems());
    }

    /// <summary>RFC 8659 4.1: the tag's length is at least 1, its characters are ASCII letters and digits; the value is the rest.</summary>
    private static CaaData? Caa(ref DnsReader reader, int end)
    {
        if (!reader.Octet(out var flags) || !reader.Text(out var tag) || tag.Length == 0 || !tag.All(char.IsAsciiLetterOrDigit)) return null;
        return end >= reader.Position && reader.Latin(end - reader.Position, out var value) ? new CaaData(flags, tag, value) : null;
    }

    private static TsigData? TsigRecord(ref DnsReader reader) =>
        reader.Name(out var algorithm) && reader.Number48(out var time) && reader.Number16(out var fudge)
        && reader.Number16(out var size) && reader.Octets(size, out var mac) && reader.Number16(out var id) && reader.Number16(out var error)
        && reader.Number16(out var more) && reader.Octets(more, out var other)
            ? new TsigData(algorithm, time, fudge, Items.Of(mac), id, (DnsRcode)error, Items.Of(other))
            : null;
}
