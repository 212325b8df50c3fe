using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>What the manager has of one name. Changed under the manager's lock alone, each time as a whole.</summary>
/// <param name="Name">A host or wildcard.</param>
internal sealed record NameState(string Name)
{
    /// <summary>True while some route claims the name. One that is not claimed is no longer renewed; its certificate is kept until it ends.</summary>
    public bool Wanted { get; init; }

    public CertificateRecord? Certificate { get; init; }

    public NameRecord Known { get; init; } = new(Name);

    /// <summary>What its job is doing; null while it has none.</summary>
    public NamePhase? Phase { get; init; }

    /// <summary>Held up by a limit, not by a failure.</summary>
    public Problem? Held { get; init; }

    /// <summary>Somebody asked for a new certificate now, whatever the plan says.</summary>
    public bool Forced { get; init; }

    /// <summary>When its job is to start, the least time there is for at once; null when nothing is to be done.</summary>
    /// <param name="now">The present time.</param>
    public DateTimeOffset? DueAt(DateTimeOffset now)
    {
        if (!Wanted || Phase is not null) return null;
        if (Forced) return DateTimeOffset.MinValue;
        if (Certificate is not { } certificate || !certificate.IsUsable(now)) return Known.NextTry ?? DateTimeOffset.MinValue;
        var due = certificate.DueAt;
        if (Known.NextTry is { } next) due = RenewalPlan.NextTry(next, certificate.NotBefore, certificate.NotAfter, now) is var retry && retry > due ? retry : due;
        return certificate.AskAt is { } ask && ask < due ? ask : due;
    }

    /// <summary>True when a certificate is to be had now; false when only the CA's renewal information is to be asked for.</summary>
    public bool NeedsCertificate(DateTimeOffset now) => Wanted && (Forced || Certificate is not { } certificate || !certificate.IsUsable(now) || now >= certificate.DueAt);
}

/// <summary>What a name's job is doing.</summary>
internal enum NamePhase
{
    Queued,
    Checking,
    Ordering,
    Validating,
    Renewing,
}
