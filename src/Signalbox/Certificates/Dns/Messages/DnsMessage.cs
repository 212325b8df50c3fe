using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>RFC 1035 4.1.2; in an update it names the zone (RFC 2136 2.3).</summary>
internal sealed record DnsQuestion(DnsName Name, DnsType Type, DnsClass Class = DnsClass.Internet)
{
    public override string ToString() => $"{Name} {Type.Word()}";
}

/// <summary>RFC 1035 4.1.3. <paramref name="Ttl"/> in seconds.</summary>
internal sealed record DnsRecord(DnsName Name, DnsType Type, uint Ttl, DnsData Data, DnsClass Class = DnsClass.Internet)
{
    public override string ToString() => $"{Name} {Type.Word()} {Data}";
}

/// <summary>What a message says of itself besides its sections (RFC 1035 4.1.1).</summary>
internal sealed record DnsHeader(ushort Id)
{
    public bool IsResponse { get; init; }

    public DnsOpcode Opcode { get; init; }

    /// <summary>AA: the server speaks for the zone, not from a cache.</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>TC: the answer did not fit; it is to be asked for again over TCP.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>RD: the server is to find the answer wherever it is.</summary>
    public bool RecursionDesired { get; init; }

    public bool RecursionAvailable { get; init; }

    public DnsRcode Rcode { get; init; }
}

/// <summary>
/// A whole message (RFC 1035 4.1). In an update the sections are the zone, the prerequisites, the changes and the rest (RFC 2136 2), in the same places.
/// The OPT record is taken out of the last section: it is about the message, not about a name.
/// </summary>
internal sealed record DnsMessage(DnsHeader Header, Items<DnsQuestion> Questions)
{
    public Items<DnsRecord> Answers { get; init; }

    public Items<DnsRecord> Authority { get; init; }

    public Items<DnsRecord> Additional { get; init; }

    /// <summary>The size of a UDP answer the sender takes (RFC 6891 6.2.3); null when it does not speak EDNS.</summary>
    public ushort? EdnsSize { get; init; }

    public DnsRcode Rcode => Header.Rcode;

    /// <summary>The signature, which is always the last record (RFC 8945 5.1).</summary>
    public DnsRecord? Signature => Additional is { IsEmpty: false } && Additional[^1] is { Type: DnsType.TSIG } last ? last : null;

    public IEnumerable<DnsRecord> AnswersFor(DnsName name, DnsType type) =>
        Answers.Where(record => record.Class == DnsClass.Internet && record.Type == type && record.Name.Equals(name));

    /// <summary>Where the alias of this name leads, if it is one.</summary>
    public DnsName? AliasOf(DnsName name) => AnswersFor(name, DnsType.CNAME).Select(record => (record.Data as NameData)?.Name).FirstOrDefault();
}
