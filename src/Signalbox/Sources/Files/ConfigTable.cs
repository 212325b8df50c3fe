using Signalbox.Model.Wire;

namespace Signalbox.Sources.Files;

/// <summary>Every key of <c>signalbox.yaml</c>: the only place that knows them (those of DNS providers: <see cref="DnsProviderKeys"/>). Binder, error messages and JSON Schema are made from this table.</summary>
internal static class ConfigTable
{
    private const int MaxPort = 65535;

    /// <summary>More threads than cores gain nothing; this is above the cores of any machine that runs a router, and each loop has listening sockets of its own.</summary>
    private const int MaxLoops = 256;

    private static readonly string[] Keys = ["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096"];

    private static readonly string[] Challenges = ["http-01", "tls-alpn-01", "dns-01"];

    private static readonly MapShape<ListenDraft> Listen = new(
        "a mapping with http, https, bind",
        new ConfigKey<ListenDraft, Located<int>>("http", "Port for HTTP; 0 lets the system choose.",
            new NumberShape(0, MaxPort), (draft, value) => draft.Http = value),
        new ConfigKey<ListenDraft, Located<int>>("https", "Port for HTTPS; 0 lets the system choose.",
            new NumberShape(0, MaxPort), (draft, value) => draft.Https = value),
        new ConfigKey<ListenDraft, Located<string>>("bind", "Where to listen: loopback (default), any, or one IP address.",
            new TextShape(), (draft, value) => draft.Bind = value));

    private static readonly MapShape<RouteDraft> Route = new(
        "a route such as { host: app.localhost, to: \"http://127.0.0.1:3000\" }",
        new ConfigKey<RouteDraft, Located<string>>("host", "The host name; a leading “*.” stands for one label.",
            new TextShape(), (draft, value) => draft.Host = value, Required: true),
        new ConfigKey<RouteDraft, Located<string>>("path", "A path prefix, matched at segment boundaries; everything when left out.",
            new TextShape(), (draft, value) => draft.Path = value),
        new ConfigKey<RouteDraft, Located<string>>("to", "The target, such as http://127.0.0.1:3000, or a bare port.",
            new TextShape(takesNumber: true), (draft, value) => draft.To = value, Required: true),
        new ConfigKey<RouteDraft, TlsDraft>("tls", "auto (default): HTTPS wherever a certificate can be had. off: plain HTTP only. { cert: FILE, key: FILE }: with a certificate of your own.",
            new TlsShape(), (draft, value) => draft.Tls = value),
        new ConfigKey<RouteDraft, Located<string>>("hostHeader", "The Host header for the target; the client's own when left out.",
            new TextShape(), (draft, value) => draft.HostHeader = value));

    private static readonly MapShape<ExternalAccountDraft> ExternalAccount = new(
        "a mapping with keyId, macKey",
        new ConfigKey<ExternalAccountDraft, Located<string>>("keyId", "The key identifier the issuer gave you.",
            new TextShape(takesNumber: true), (draft, value) => draft.KeyId = value, Required: true),
        new ConfigKey<ExternalAccountDraft, Located<string>>("macKey", "The MAC key the issuer gave you, in base64url.",
            new TextShape(takesNumber: true), (draft, value) => draft.MacKey = value, Required: true));

    private static readonly MapShape<IssuerDraft> Issuer = new(
        "an issuer such as { name: main, directory: \"https://acme.example/directory\" }",
        new ConfigKey<IssuerDraft, Located<string>>("name", "What other settings call this issuer.",
            new TextShape(), (draft, value) => draft.Name = value, Required: true),
        new ConfigKey<IssuerDraft, Located<string>>("directory", "The https URL of its ACME directory (RFC 8555 7.1.1).",
            new TextShape(), (draft, value) => draft.Directory = value, Required: true),
        new ConfigKey<IssuerDraft, Located<string>>("email", "Where the issuer may write to.",
            new TextShape(), (draft, value) => draft.Email = value),
        new ConfigKey<IssuerDraft, Located<bool>>("termsAgreed", "true when you agree to the issuer's terms of service.",
            new FlagShape(), (draft, value) => draft.TermsAgreed = value),
        new ConfigKey<IssuerDraft, Located<string>>("rootFile",
            "A PEM file with the root that signs the directory's own certificate, where the system does not know it.",
            new TextShape(), (draft, value) => draft.RootFile = value),
        new ConfigKey<IssuerDraft, Located<string>>("staging", "The https URL of a directory where a name that failed is tried first; known by itself for Let's Encrypt.",
            new TextShape(), (draft, value) => draft.Staging = value),
        new ConfigKey<IssuerDraft, ExternalAccountDraft>("externalAccount", "What the issuer gave you to bind the account by (RFC 8555 7.3.4).",
            ExternalAccount, (draft, value) => draft.ExternalAccount = value),
        new ConfigKey<IssuerDraft, Located<string>>("profile", "One of the issuer's certificate profiles.",
            new TextShape(), (draft, value) => draft.Profile = value),
        new ConfigKey<IssuerDraft, Located<string>>("preferredChain", "The common name of an issuer in the chain to prefer, where there are several.",
            new TextShape(), (draft, value) => draft.PreferredChain = value),
        new ConfigKey<IssuerDraft, Located<string>>("key", "The kind of the certificates' keys: ecdsa-p256 (default), ecdsa-p384, rsa-2048, rsa-3072, rsa-4096.",
            new ChoiceShape(Keys), (draft, value) => draft.Key = value),
        new ConfigKey<IssuerDraft, Located<string>>("limits", "Which limits to keep within: letsencrypt (default) or none, for a CA of your own.",
            new ChoiceShape("letsencrypt", "none"), (draft, value) => draft.Limits = value),
        new ConfigKey<IssuerDraft, Located<string>>("preflight", "on (default): names are looked at before their first order. off: they are not, for a CA whose view of names is its own.",
            new ChoiceShape("on", "off"), (draft, value) => draft.Preflight = value),
        new ConfigKey<IssuerDraft, List<Located<string>>>("challenges", "Which challenges to use, the preferred one first.",
            new ListShape<Located<string>>(new ChoiceShape(Challenges)), (draft, value) => draft.Challenges = value));

    private static readonly MapShape<NameDraft> Name = new(
        "a name such as { host: shop.example.com, issuer: main }",
        new ConfigKey<NameDraft, Located<string>>("host", "The name, or *.example.com for all names exactly one label under it; a name's own entry goes before the wildcard's.",
            new TextShape(), (draft, value) => draft.Host = value, Required: true),
        new ConfigKey<NameDraft, Located<string>>("issuer", "The only issuer to ask, by its name; all of them, in order, when left out.",
            new TextShape(), (draft, value) => draft.Issuer = value),
        new ConfigKey<NameDraft, List<Located<string>>>("challenges", "Which challenges to use, the preferred one first; the issuer's when left out.",
            new ListShape<Located<string>>(new ChoiceShape(Challenges), least: 1), (draft, value) => draft.Challenges = value),
        new ConfigKey<NameDraft, Located<string>>("key", "The kind of the certificate's key; the issuer's when left out.",
            new ChoiceShape(Keys), (draft, value) => draft.Key = value),
        new ConfigKey<NameDraft, Located<string>>("profile", "One of the issuer's certificate profiles; the issuer's own setting when left out.",
            new TextShape(), (draft, value) => draft.Profile = value),
        new ConfigKey<NameDraft, Located<bool>>("off", "true: no certificate is ordered for it. One that is there is kept until it ends.",
            new FlagShape(), (draft, value) => draft.Off = value));

    private static readonly MapShape<CertificatesDraft> Certificates = new(
        "a mapping with issuers, names, dns and resolvers",
        new ConfigKey<CertificatesDraft, List<Located<string>>>("resolvers", "DNS resolvers to ask for names, such as 9.9.9.9 or 127.0.0.1:5353; the system's when left out.",
            new ListShape<Located<string>>(new TextShape()), (draft, value) => draft.Resolvers = value),
        new ConfigKey<CertificatesDraft, List<DnsProviderDraft>>("dns", "Who puts TXT records into your zones, for dns-01 and so for wildcards.",
            new ListShape<DnsProviderDraft>(DnsProviderKeys.Provider), (draft, value) => draft.Dns = value),
        new ConfigKey<CertificatesDraft, List<IssuerDraft>>("issuers", "ACME issuers for public names.",
            new ListShape<IssuerDraft>(Issuer), (draft, value) => draft.Issuers = value),
        new ConfigKey<CertificatesDraft, List<NameDraft>>("names", "What single names have of their own.",
            new ListShape<NameDraft>(Name), (draft, value) => draft.Names = value));

    public static MapShape<RootDraft> Root { get; } = new(
        "a mapping of settings",
        new ConfigKey<RootDraft, ListenDraft>("listen", "Where the router listens.",
            Listen, (draft, value) => draft.Listen = value),
        new ConfigKey<RootDraft, Located<string>>("transport", "What the router's listeners run on: epoll (default; Linux) or sockets.",
            new ChoiceShape(TransportReport.Epoll, TransportReport.Sockets), (draft, value) => draft.Transport = value),
        new ConfigKey<RootDraft, Located<int>>("eventLoops", "Threads that serve on epoll, 1 to 256; 0 (default) is one a core.",
            new NumberShape(0, MaxLoops), (draft, value) => draft.EventLoops = value),
        new ConfigKey<RootDraft, List<Located<string>>>("baseDomains", "Domains under which names are made; the first is the default. [localhost] when left out.",
            new ListShape<Located<string>>(new TextShape(), least: 1), (draft, value) => draft.BaseDomains = value),
        new ConfigKey<RootDraft, List<Located<string>>>("trustedProxies", "Addresses or networks whose forwarding headers are believed.",
            new ListShape<Located<string>>(new TextShape()), (draft, value) => draft.TrustedProxies = value),
        new ConfigKey<RootDraft, List<Located<string>>>("planes", "The routers that carry the routes; this version has embedded.",
            new ListShape<Located<string>>(new TextShape()), (draft, value) => draft.Planes = value),
        new ConfigKey<RootDraft, List<RouteDraft>>("routes", "Lasting routes.",
            new ListShape<RouteDraft>(Route), (draft, value) => draft.Routes = value),
        new ConfigKey<RootDraft, CertificatesDraft>("certificates", "Where certificates come from.",
            Certificates, (draft, value) => draft.Certificates = value),
        new ConfigKey<RootDraft, Located<string>>("store", "Where state is kept; this version has sqlite.",
            new TextShape(), (draft, value) => draft.Store = value));
}
