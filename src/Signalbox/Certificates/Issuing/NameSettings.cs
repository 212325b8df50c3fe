using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>What one name, or all names one label under another, have of their own; null or empty: as the issuer has it.</summary>
/// <param name="Host">A name, or a wildcard of one label.</param>
internal sealed record NameSettings(string Host)
{
    /// <summary>The only issuer that is asked for it.</summary>
    public string? Issuer { get; init; }

    /// <summary>In the order of preference.</summary>
    public Items<string> Challenges { get; init; }

    public KeyKind? Key { get; init; }

    public string? Profile { get; init; }

    /// <summary>No certificate is ordered for it.</summary>
    public bool Off { get; init; }

    public IssuerSettings Applied(IssuerSettings issuer) => issuer with
    {
        Challenges = Challenges.IsEmpty ? issuer.Challenges : Challenges,
        Key = Key ?? issuer.Key,
        Profile = Profile ?? issuer.Profile,
    };
}
