using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>One CA as the config has it.</summary>
/// <param name="Name">What the config calls it.</param>
/// <param name="Directory">Its ACME directory.</param>
internal sealed record IssuerSettings(string Name, Uri Directory)
{
    /// <summary>Let's Encrypt's two directories (letsencrypt.org/docs/staging-environment); whoever names the first need not name the second.</summary>
    private static readonly Uri LetsEncrypt = new("https://acme-v02.api.letsencrypt.org/directory");
    private static readonly Uri LetsEncryptStaging = new("https://acme-staging-v02.api.letsencrypt.org/directory");

    /// <summary>Where the CA may write to. Without one, and without the terms agreed, the CA is not asked.</summary>
    public string? Email { get; init; }

    public bool TermsAgreed { get; init; }

    public ExternalAccount? Binding { get; init; }

    public string? Profile { get; init; }

    /// <summary>The common name of an issuer in the chain that is preferred where the CA offers several; null: the CA's own choice.</summary>
    public string? PreferredChain { get; init; }

    /// <summary>The roots of a private CA's own HTTPS; null: the system's.</summary>
    public TrustedRoots? Roots { get; init; }

    /// <summary>Where a name that failed is tried first; null: nowhere.</summary>
    public Uri? Staging { get; init => field = value; } = Directory == LetsEncrypt ? LetsEncryptStaging : null;

    /// <summary>In the order of preference.</summary>
    public Items<string> Challenges { get; init; } = [ChallengeType.Http, ChallengeType.TlsAlpn, ChallengeType.Dns];

    /// <summary>Whether names are looked at before their first order; off for a private CA whose view of names is its own.</summary>
    public bool Preflight { get; init; } = true;

    public KeyKind Key { get; init; } = KeyKind.EcdsaP256;

    public CaLimits Limits { get; init; } = CaLimits.Public;

    /// <summary>What of its settings cannot be used; null when all can.</summary>
    public Problem? Fault { get; init; }

    /// <summary>Why this CA is not asked; null when it is.</summary>
    public Problem? Unready => this switch
    {
        { Fault: { } fault } => fault,
        { Email: null } => new Problem(ProblemType.InvalidConfig, ProblemSide.Request, $"issuer {Name}", "It has no email, so no public certificate is ordered from it.",
            $"Add email: you@example.com to the issuer “{Name}” in signalbox.yaml."),
        { TermsAgreed: false } => new Problem(ProblemType.InvalidConfig, ProblemSide.Request, $"issuer {Name}", "Its terms are not agreed to, so no public certificate is ordered from it.",
            $"Read the terms of {Directory.Host}, then add termsAgreed: true to the issuer “{Name}” in signalbox.yaml."),
        _ => null,
    };
}
