using System.Text.Json.Serialization;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Book;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>
/// The index entry of one certificate that a CA issued: all that is needed to plan without reading its file. There is one in memory for each stored certificate, so what it
/// holds is held small: times as <see cref="Moment"/>, the plan without objects of its own, and texts and URLs that many have in common once for all.
/// </summary>
/// <param name="Name">The host or wildcard it was issued for; its file is named by it.</param>
/// <param name="Issuer">The issuer's name in the config; empty where that is not known.</param>
/// <param name="SignedBy">Who signed it, as people call it.</param>
/// <param name="NotBefore">UTC.</param>
/// <param name="NotAfter">UTC.</param>
/// <param name="Id">Its identifier in renewal information (RFC 9773 4.1); null when it has none.</param>
internal sealed record CertificateRecord(
    string Name, [property: JsonConverter(typeof(SharedText))] string Issuer, [property: JsonConverter(typeof(SharedText))] string SignedBy, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string? Id)
{
    private readonly Moment _notBefore = NotBefore;
    private readonly Moment _notAfter = NotAfter;
    private readonly Moment _plannedAt;
    private readonly Moment _windowStart;
    private readonly Moment _windowEnd;
    private readonly Moment _askAt;

    public DateTimeOffset NotBefore
    {
        get => _notBefore.Value;
        init => _notBefore = value;
    }

    public DateTimeOffset NotAfter
    {
        get => _notAfter.Value;
        init => _notAfter = value;
    }

    public required RenewalPlan Plan
    {
        get => new(_plannedAt.Value, _windowStart.OrNone is { } start ? new RenewalWindow(start, _windowEnd.Value) : null);
        init => (_plannedAt, _windowStart, _windowEnd) = (value.At, value.Window?.Start, value.Window?.End);
    }

    /// <summary>The ACME directory it came from; null where that is not known. The config may call another CA by the same name one day.</summary>
    [JsonConverter(typeof(SharedUrl))]
    public Uri? Directory { get; init; }

    /// <summary>When the CA is to be asked for renewal information again; null when it has none to give.</summary>
    public DateTimeOffset? AskAt
    {
        get => _askAt.OrNone;
        init => _askAt = value;
    }

    /// <summary>A page of the CA's for people, on why it wants the certificate renewed when it does; null where there is none. As text: a URL of this CA is hundreds of bytes.</summary>
    public string? Explanation { get; init; }

    /// <summary>What a certificate itself tells; who was asked for it, and when the CA wants it replaced, it does not.</summary>
    public static CertificateRecord Of(string name, HeldCertificate certificate) =>
        new(name, "", certificate.Issuer, certificate.NotBefore, certificate.NotAfter, CertificateId.Of(certificate.Server.Leaf)) { Plan = RenewalPlan.Without(certificate.NotBefore, certificate.NotAfter) };

    /// <summary>The same of a file that was found without its entry. Another certificate by the very same key tells who was asked; the CA is asked for renewal information at once.</summary>
    /// <param name="name">The host or wildcard the file lies under.</param>
    /// <param name="certificate">What is in it.</param>
    /// <param name="others">Certificates whose entries are there.</param>
    /// <param name="now">The present time.</param>
    public static CertificateRecord Found(string name, HeldCertificate certificate, IEnumerable<CertificateRecord> others, DateTimeOffset now)
    {
        var found = Of(name, certificate);
        if (found.Id is null) return found;
        var same = others.FirstOrDefault(other => other.Directory is not null && other.Signer == found.Signer);
        return found with { Issuer = same?.Issuer ?? "", Directory = same?.Directory, AskAt = now };
    }

    /// <summary>The key that signed it, as its identifier begins with; null where it has none.</summary>
    [JsonIgnore]
    public string? Signer => Id?.Split('.')[0];

    public DateTimeOffset DueAt => RenewalPlan.DueAt(_plannedAt.Value, NotBefore, NotAfter);

    public bool IsUsable(DateTimeOffset now) => now < NotAfter;
}
