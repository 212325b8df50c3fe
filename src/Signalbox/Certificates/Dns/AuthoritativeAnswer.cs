using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>What the servers of a name's own zone say of it, one reply a server, and everything that was asked on the way.</summary>
/// <param name="Path">The name, and each name its alias led to; the last is the one the replies are about.</param>
/// <param name="Zone">The last name's zone; null when it could not be found.</param>
/// <param name="Replies">One a name server. A server that did not know an alias the others know stays among them.</param>
/// <param name="Obstacle">Why there are no replies, when there are none.</param>
internal sealed record AuthoritativeAnswer(Items<DnsName> Path, DnsType Type, DnsZone? Zone, Items<DnsReply> Replies, string? Obstacle, Items<DnsEvidence> Evidence)
{
    /// <summary>
    /// Records when any server has some; otherwise what those that answered say. <see cref="DnsAnswerKind.CouldNotAsk"/> when no server spoke for the name,
    /// which says nothing about it; <see cref="DnsAnswerKind.Error"/> when its aliases lead nowhere.
    /// </summary>
    public DnsAnswerKind Kind =>
        AliasesFail ? DnsAnswerKind.Error
        : Replies.Any(reply => reply.Kind == DnsAnswerKind.Records) ? DnsAnswerKind.Records
        : Replies.Any(reply => reply.Kind == DnsAnswerKind.NoRecords) ? DnsAnswerKind.NoRecords
        : Replies.Any(reply => reply.Kind == DnsAnswerKind.NoName) ? DnsAnswerKind.NoName
        : Replies.Any(reply => reply.Kind == DnsAnswerKind.Alias) ? DnsAnswerKind.Alias
        : DnsAnswerKind.CouldNotAsk;

    /// <summary>True for a circle of aliases, or more of them than anybody follows: that is known, and wrong.</summary>
    public bool AliasesFail { get; init; }

    public DnsName Last => Path[^1];

    /// <summary>The data any server has, each once.</summary>
    public Items<DnsData> Data => Replies.SelectMany(reply => reply.Records).Select(record => record.Data).Distinct().ToItems();

    /// <summary>One sentence for people.</summary>
    public string Said => Kind switch
    {
        DnsAnswerKind.Records => $"{Last} {Type.Word()} is {string.Join(", ", Data)}.",
        DnsAnswerKind.NoRecords => $"{Last} has no {Type.Word()} record.",
        DnsAnswerKind.NoName => $"{Last} does not exist (NXDOMAIN).",
        DnsAnswerKind.Alias => $"{Last} is an alias.",
        _ => Obstacle ?? $"No server of {Zone?.Name} could be asked for {Last} {Type.Word()}.",
    };
}
