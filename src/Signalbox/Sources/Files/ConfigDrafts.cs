namespace Signalbox.Sources.Files;

/// <summary>The whole file as it was typed: right in shape, not yet in meaning. A field is null when its key is missing or null.</summary>
internal sealed class RootDraft : ConfigDraft
{
    public ListenDraft? Listen { get; set; }

    public Located<string>? Transport { get; set; }

    public Located<int>? EventLoops { get; set; }

    public List<Located<string>>? BaseDomains { get; set; }

    public List<Located<string>>? TrustedProxies { get; set; }

    public List<Located<string>>? Planes { get; set; }

    public List<RouteDraft>? Routes { get; set; }

    public CertificatesDraft? Certificates { get; set; }

    public Located<string>? Store { get; set; }
}

internal sealed class ListenDraft : ConfigDraft
{
    public Located<int>? Http { get; set; }

    public Located<int>? Https { get; set; }

    public Located<string>? Bind { get; set; }
}

internal sealed class RouteDraft : ConfigDraft
{
    public Located<string>? Host { get; set; }

    public Located<string>? Path { get; set; }

    public Located<string>? To { get; set; }

    public TlsDraft? Tls { get; set; }

    public Located<string>? HostHeader { get; set; }
}

/// <summary>A word or a pair of files; one of the two is there.</summary>
internal sealed record TlsDraft(Located<string>? Word, OwnFilesDraft? Files);

internal sealed class OwnFilesDraft : ConfigDraft
{
    public Located<string>? Certificate { get; set; }

    public Located<string>? Key { get; set; }
}

internal sealed class CertificatesDraft : ConfigDraft
{
    public List<IssuerDraft>? Issuers { get; set; }

    public List<NameDraft>? Names { get; set; }

    public List<Located<string>>? Resolvers { get; set; }

    public List<DnsProviderDraft>? Dns { get; set; }
}

internal sealed class NameDraft : ConfigDraft
{
    public Located<string>? Host { get; set; }

    public Located<string>? Issuer { get; set; }

    public List<Located<string>>? Challenges { get; set; }

    public Located<string>? Key { get; set; }

    public Located<string>? Profile { get; set; }

    public Located<bool>? Off { get; set; }
}

internal sealed class IssuerDraft : ConfigDraft
{
    public Located<string>? Name { get; set; }

    public Located<string>? Directory { get; set; }

    public Located<string>? Email { get; set; }

    public Located<bool>? TermsAgreed { get; set; }

    public Located<string>? RootFile { get; set; }

    public Located<string>? Staging { get; set; }

    public ExternalAccountDraft? ExternalAccount { get; set; }

    public Located<string>? Profile { get; set; }

    public Located<string>? PreferredChain { get; set; }

    public Located<string>? Key { get; set; }

    public Located<string>? Limits { get; set; }

    public Located<string>? Preflight { get; set; }

    public List<Located<string>>? Challenges { get; set; }
}

internal sealed class ExternalAccountDraft : ConfigDraft
{
    public Located<string>? KeyId { get; set; }

    public Located<string>? MacKey { get; set; }
}
