using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>A CA's directory: where its resources are, and what it says of itself (RFC 8555 7.1.1).</summary>
/// <param name="NewNonce">Required, as are the account's and the order's: without them nothing is to be had here.</param>
internal sealed record AcmeDirectory(Uri NewNonce, Uri NewAccount, Uri NewOrder)
{
    public Uri? NewAuthz { get; init; }

    public Uri? RevokeCert { get; init; }

    public Uri? KeyChange { get; init; }

    /// <summary>RFC 9773 4; null when the CA has no renewal information.</summary>
    public Uri? RenewalInfo { get; init; }

    public Uri? TermsOfService { get; init; }

    public string? Website { get; init; }

    /// <summary>The issuer domain names of CAA records (RFC 8659) that mean this CA.</summary>
    public Items<string> CaaIdentities { get; init; }

    public bool ExternalAccountRequired { get; init; }

    /// <summary>Certificate profiles by name, with their description (draft-ietf-acme-profiles 3); empty when the CA has none.</summary>
    public Items<CertificateProfile> Profiles { get; init; }
}

/// <summary>One of the kinds of certificate a CA offers.</summary>
internal sealed record CertificateProfile(string Name, string Description);
