using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>What the manager has of one name. Changed under the table's lock alone, each time as a whole.</summary>
/// <param name="Name">A host or wildcard.</param>
internal sealed record NameState(string Name)
{
    private readonly NameRecord? _known;
    private readonly string? _challenge;
    private readonly Moment _lastTry;
    private readonly bool _isQuiet;

    /// <summary>True while some route claims the name. One that is not claimed is no longer renewed; its certificate is kept until it ends.</summary>
    public bool Wanted { get; init; }

    /// <summary>The config has the name left alone.</summary>
    public bool Off { get; init; }

    public CertificateRecord? Certificate { get; init; }

    /// <summary>
    /// What past tries have taught. Of most names there is next to nothing to say (<see cref="NameRecord.IsQuiet"/>), and thousands of records that say so are worth avoiding:
    /// of those only what they say is held.
    /// </summary>
    public NameRecord Known
    {
        get => _known ?? (_isQuiet ? new NameRecord(Name) { Challenge = _challenge, LastTry = _lastTry.OrNone, IsBrief = true } : new NameRecord(Name));
        init
        {
            _isQuiet = value.IsQuiet;
            _known = _isQuiet || value.IsBlank ? null : value;
            _challenge = _isQuiet ? value.Challenge : null;
            _lastTry = _isQuiet ? value.LastTry : null;
        }
    }

    /// <summary>What its job is doing; null while it has none.</summary>
    public NamePhase? Phase { get; init; }

    /// <summary>Held up by a limit or a port, not by a failure.</summary>
    public Hold? Held { get; init; }

    /// <summary>Somebody asked for a new certificate now, whatever the plan says.</summary>
    public bool Forced { get; init; }

    /// <summary>When its job is to start, the least time there is for at once; null when nothing is to be done.</summary>
    /// <param name="now">The present time.</param>
    public DateTimeOffset? DueAt(DateTimeOffset now)
    {
        if (!Wanted || Off || Phase is not null) return null;
        var order = OrderAt(now);
        return Certificate is { AskAt: { } ask } && ask < order && Certificate.IsUsable(now) ? ask : order;
    }

    /// <summary>When a certificate is to be had: at once while there is none, else by the plan; not before back-off and limits allow it.</summary>
    public DateTimeOffset OrderAt(DateTimeOffset now)
    {
        if (Forced) return DateTimeOffset.MinValue;
        var next = Known.Next(now);
        var due = next;
        if (Certificate is { } certificate && certificate.IsUsable(now))
        {
            // Without the time of the last failure the second emergency rule has nothing to count from: what back-off says stands.
            if (Known.LastTry is { } last) due = RenewalPlan.NextTry(next, certificate.NotBefore, certificate.NotAfter, last);
            if (certificate.DueAt > due) due = certificate.DueAt;
        }

        return Held is { } held && held.Until > due ? held.Until : due;
    }

    /// <summary>True when a certificate is to be had now; false when at most the CA's renewal information is to be asked for.</summary>
    public bool NeedsCertificate(DateTimeOffset now) => Wanted && !Off && OrderAt(now) <= now;
}

/// <summary>What is in the way of an order without having failed, mostly a limit, and when it is looked at again.</summary>
internal sealed record Hold(Problem Problem, DateTimeOffset Until)
{
    /// <summary>The wildcard that the name is left to; null where something else is in the way.</summary>
    public WildcardCover? Cover { get; init; }

    /// <summary>True when no way to show the name is open, such as for want of a port; it ends with that.</summary>
    public bool IsClosed { get; init; }
}

/// <summary>What a name's job is doing.</summary>
internal enum NamePhase : byte
{
    Queued,
    Checking,
    Ordering,
    Validating,

    /// <summary>Others are waited for, mostly the servers of its zone, and another name has this one's place meanwhile.</summary>
    Waiting,
    Renewing,
    Revoking,
}
