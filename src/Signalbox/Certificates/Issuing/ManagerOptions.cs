using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>What the config says of public certificates, and how the manager works; made by Host, and anew when the config has changed.</summary>
internal sealed record ManagerOptions
{
    /// <summary>In order: the next one is asked when one fails.</summary>
    public Items<IssuerSettings> Issuers { get; init; }

    /// <summary>What single names have of their own. No host twice.</summary>
    public Items<NameSettings> Names { get; init; }

    /// <summary>
    /// Names worked on at one time, 1 to 1,000. Mostly each waits for the CA to look, so 32 keep a CA busy; more would only bring one account to its limits sooner.
    /// </summary>
    public int Parallel { get; init; } = 32;

    /// <summary>
    /// Names that may wait for others besides, mostly for the servers of their zones: that takes a minute or two each and no work, so they keep nobody's place. Each has
    /// an order open at the CA, and Let's Encrypt has allowed an account no more than 300 of these.
    /// </summary>
    public int Waiting { get; init; } = 256;

    public Patience Patience { get; init; } = Patience.Default;

    /// <summary>True for names that somebody else answers for, such as those under the local domains.</summary>
    public Func<string, bool> IsElsewhere { get; init; } = _ => false;

    /// <summary>0 to 1, for jitter and renewal times.</summary>
    public Func<double> Draw { get; init; } = Random.Shared.NextDouble;

    /// <summary>Why no public certificate is ordered at all; null when some issuer is asked.</summary>
    public Problem? Unready => Issuers.Any(issuer => issuer.Unready is null) ? null
        : Issuers.IsEmpty
            ? new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, "certificates.issuers", "No issuer is configured, so no public certificates are ordered.",
                "Add one to signalbox.yaml: certificates: { issuers: [ { name: main, directory: \"https://acme-v02.api.letsencrypt.org/directory\", email: you@example.com, termsAgreed: true } ] }")
            : Issuers[0].Unready;

    /// <summary>What a name has of its own: by its own entry, else by that of the wildcard it lies under; null when there is neither.</summary>
    public NameSettings? For(string name) => Names.FirstOrDefault(own => own.Host == name) ?? (HostName.WildcardOf(name) is { } wildcard ? Names.FirstOrDefault(own => own.Host == wildcard) : null);

    /// <summary>The issuers for a name, in order, each with what the name has of its own.</summary>
    public IEnumerable<IssuerSettings> IssuersFor(string name) =>
        For(name) is not { } own ? Issuers : Issuers.Where(issuer => own.Issuer is null || own.Issuer == issuer.Name).Select(own.Applied);
}
