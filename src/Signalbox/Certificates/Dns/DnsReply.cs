using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Certificates.Dns;

/// <summary>What a reply means for the question.</summary>
internal enum DnsAnswerKind
{
    /// <summary>Nothing came back, or nothing that says anything: no wish of anybody is to be judged by it.</summary>
    CouldNotAsk,

    /// <summary>There are records of the name and type.</summary>
    Records,

    /// <summary>The name is an alias of another one.</summary>
    Alias,

    /// <summary>The name is there, and has no record of this type.</summary>
    NoRecords,

    /// <summary>The name is not there.</summary>
    NoName,

    /// <summary>The server said that it cannot or will not answer.</summary>
    Error,

    /// <summary>The server answered and does not speak for the zone: a delegation to it is wrong.</summary>
    Lame,
}

/// <summary>One question put to one server, and what came of it.</summary>
/// <param name="Message">Null when nothing usable came back; then <paramref name="Fault"/> says why.</param>
/// <param name="Took">From the first sending to the answer or to giving up.</param>
internal sealed record DnsReply(DnsServer Server, DnsQuestion Question, DnsMessage? Message, string? Fault, DateTimeOffset At, TimeSpan Took)
{
    /// <summary>False when the server itself was asked for what it knows (RD=0); its answer must then be authoritative.</summary>
    public bool Recursive { get; init; }

    public DnsAnswerKind Kind => this switch
    {
        { Message: null } => DnsAnswerKind.CouldNotAsk,
        { Message.Rcode: not (DnsRcode.NoError or DnsRcode.NxDomain) } => DnsAnswerKind.Error,
        { Recursive: false, Message.Header.IsAuthoritative: false } => DnsAnswerKind.Lame,
        _ when Records.Any() => DnsAnswerKind.Records,
        _ when Alias is not null => DnsAnswerKind.Alias,
        { Message.Rcode: DnsRcode.NxDomain } => DnsAnswerKind.NoName,
        _ => DnsAnswerKind.NoRecords,
    };

    /// <summary>The server spoke for the name, whatever it said. An error says nothing about the name.</summary>
    public bool IsAnswer => Kind is DnsAnswerKind.Records or DnsAnswerKind.Alias or DnsAnswerKind.NoRecords or DnsAnswerKind.NoName;

    /// <summary>The records of just the name and type asked for.</summary>
    public IEnumerable<DnsRecord> Records => Message?.AnswersFor(Question.Name, Question.Type) ?? [];

    public DnsName? Alias => Message?.AliasOf(Question.Name);

    public DnsEvidence Evidence => new(
        At, Server.Name, Server.Address, Question.Name.Text, Question.Type.Word(), Said, (long)Took.TotalMilliseconds, Kind != DnsAnswerKind.CouldNotAsk);

    /// <summary>Who was asked, for people; with the reason where nothing was said of the name.</summary>
    public string Whom => IsAnswer ? $"{Server}" : $"{Server}: {Said}";

    private string Said => Kind switch
    {
        DnsAnswerKind.CouldNotAsk => Fault ?? "no answer",
        DnsAnswerKind.Records => string.Join(", ", Records.Select(record => record.Data)),
        DnsAnswerKind.Alias => $"alias of {Alias}",
        DnsAnswerKind.NoRecords => $"no {Question.Type.Word()} record",
        DnsAnswerKind.NoName => "no such name (NXDOMAIN)",
        DnsAnswerKind.Lame => "does not speak for the zone",
        _ => Message!.Rcode.Word(),
    };
}
