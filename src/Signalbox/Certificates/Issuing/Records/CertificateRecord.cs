namespace Signalbox.Certificates.Issuing.Records;

/// <summary>The index entry of one certificate that a CA issued: all that is needed to plan without reading its file.</summary>
/// <param name="Name">The host or wildcard it was issued for; its file is named by it.</param>
/// <param name="Issuer">The issuer's name in the config.</param>
/// <param name="SignedBy">Who signed it, as people call it.</param>
/// <param name="NotBefore">UTC.</param>
/// <param name="NotAfter">UTC.</param>
/// <param name="Id">Its identifier in renewal information (RFC 9773 4.1); null when it has none.</param>
internal sealed record CertificateRecord(string Name, string Issuer, string SignedBy, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string? Id)
{
    public required RenewalPlan Plan { get; init; }

    /// <summary>When the CA is to be asked for renewal information again; null when it has none to give.</summary>
    public DateTimeOffset? AskAt { get; init; }

    public DateTimeOffset DueAt => Plan.DueAt(NotBefore, NotAfter);

    public bool IsUsable(DateTimeOffset now) => now < NotAfter;
}
