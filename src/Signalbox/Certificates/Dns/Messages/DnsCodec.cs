using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>Messages to octets and back (RFC 1035 4, RFC 6891 6.1). Pure. What cannot be read is null: a stranger's octets are no exception.</summary>
internal static class DnsCodec
{
    private const int Response = 0x8000, Authoritative = 0x0400, Truncated = 0x0200, Desired = 0x0100, Available = 0x0080;

    public static byte[] Encode(DnsMessage message)
    {
        var writer = new DnsWriter();
        var header = message.Header;
        writer.Number16(header.Id);
        writer.Number16((header.IsResponse ? Response : 0) | (int)header.Opcode << 11 | (header.IsAuthoritative ? Authoritative : 0)
            | (header.IsTruncated ? Truncated : 0) | (header.RecursionDesired ? Desired : 0) | (header.RecursionAvailable ? Available : 0) | (int)header.Rcode & 0xF);
        writer.Number16(message.Questions.Count);
        writer.Number16(message.Answers.Count);
        writer.Number16(message.Authority.Count);
        writer.Number16(message.Additional.Count + (message.EdnsSize is null ? 0 : 1));
        foreach (var question in message.Questions)
        {
            writer.Name(question.Name);
            writer.Number16((int)question.Type);
            writer.Number16((int)question.Class);
        }

        foreach (var record in message.Answers.Concat(message.Authority)) Record(writer, record);

        // Before the rest, so that a signature stays the last record (RFC 8945 5.1).
        if (message.EdnsSize is { } size) Opt(writer, size, header.Rcode);
        foreach (var record in message.Additional) Record(writer, record);
        return writer.ToArray();
    }

    public static DnsMessage? Decode(ReadOnlySpan<byte> octets) => Decode(octets, out _);

    /// <param name="octets">The message as it came.</param>
    /// <param name="last">Where the last record begins: what a signature covers ends there.</param>
    public static DnsMessage? Decode(ReadOnlySpan<byte> octets, out int last)
    {
        last = 0;
        var reader = new DnsReader(octets);
        if (Head(ref reader, out var counts) is not { } head) return null;
        List<DnsRecord>[] sections = [[], [], []];
        ushort? size = null;
        var header = head.Header;
        for (var section = 0; section < sections.Length; section++)
        {
            for (var i = 0; i < counts[section]; i++)
            {
                last = reader.Position;
                if (!Record(ref reader, out var name, out var type, out var kind, out var ttl) || !reader.Number16(out var length)) return null;
                if (DnsDataCodec.Read(ref reader, type, (DnsClass)kind, length) is not { } data) return null;
                if (type != DnsType.OPT)
                {
                    sections[section].Add(new DnsRecord(name, type, ttl, data, (DnsClass)kind));
                    continue;
                }

                // RFC 6891 6.1.1: there is one at most, and it stands in the additional section.
                if (size is not null || section != 2) return null;
                size = kind;
                header = header with { Rcode = (DnsRcode)((int)(ttl >> 24) << 4 | (int)header.Rcode) };
            }
        }

        return new DnsMessage(header, head.Questions)
        {
            Answers = sections[0].ToItems(), Authority = sections[1].ToItems(), Additional = sections[2].ToItems(), EdnsSize = size,
        };
    }

    /// <summary>Only the header and the questions: enough to tell whose answer it is, even when the rest was cut off.</summary>
    public static DnsMessage? DecodeHead(ReadOnlySpan<byte> octets)
    {
        var reader = new DnsReader(octets);
        return Head(ref reader, out _);
    }

    /// <param name="reader">At the message's start; afterwards behind the questions.</param>
    /// <param name="counts">How many records each of the three sections is said to have.</param>
    private static DnsMessage? Head(ref DnsReader reader, out Items<ushort> counts)
    {
        counts = [];
        if (!reader.Number16(out var id) || !reader.Number16(out var flags) || !reader.Number16(out var count) || !reader.Number16(out var answers)
            || !reader.Number16(out var authority) || !reader.Number16(out var additional)) return null;
        counts = [answers, authority, additional];
        List<DnsQuestion> questions = [];
        for (var i = 0; i < count; i++)
        {
            if (!reader.Name(out var name) || !reader.Number16(out var type) || !reader.Number16(out var kind)) return null;
            questions.Add(new DnsQuestion(name, (DnsType)type, (DnsClass)kind));
        }

        var header = new DnsHeader(id)
        {
            IsResponse = (flags & Response) != 0, Opcode = (DnsOpcode)(flags >> 11 & 0xF), IsAuthoritative = (flags & Authoritative) != 0,
            IsTruncated = (flags & Truncated) != 0, RecursionDesired = (flags & Desired) != 0, RecursionAvailable = (flags & Available) != 0,
            Rcode = (DnsRcode)(flags & 0xF),
        };
        return new DnsMessage(header, questions.ToItems());
    }

    private static void Record(DnsWriter writer, DnsRecord record)
    {
        if (record.Type == DnsType.TSIG) writer.WholeName(record.Name);
        else writer.Name(record.Name);
        writer.Number16((int)record.Type);
        writer.Number16((int)record.Class);
        writer.Number32(record.Ttl);
        writer.Sized(to => DnsDataCodec.Write(to, record.Data));
    }

    private static bool Record(ref DnsReader reader, out DnsName name, out DnsType type, out ushort kind, out uint ttl)
    {
        (type, kind, ttl) = (0, 0, 0);
        if (!reader.Name(out name) || !reader.Number16(out var number) || !reader.Number16(out kind) || !reader.Number32(out ttl)) return false;
        type = (DnsType)number;
        return true;
    }

    /// <summary>RFC 6891 6.1.2: the root's name, the size as the class, the upper bits of the code as the first octet of the TTL.</summary>
    private static void Opt(DnsWriter writer, ushort size, DnsRcode code)
    {
        writer.Octet(0);
        writer.Number16((int)DnsType.OPT);
        writer.Number16(size);
        writer.Number32((uint)code >> 4 << 24);
        writer.Number16(0);
    }
}
