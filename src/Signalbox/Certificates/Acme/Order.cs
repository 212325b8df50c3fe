using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>An order for a certificate (RFC 8555 7.1.3).</summary>
/// <param name="Url">Where it is fetched.</param>
/// <param name="Finalize">Where its CSR is sent once it is ready.</param>
internal sealed record Order(Uri Url, OrderStatus Status, Items<Identifier> Identifiers, Items<Uri> Authorizations, Uri Finalize)
{
    public DateTimeOffset? Expires { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Why it failed, in the CA's words.</summary>
    public AcmeProblem? Error { get; init; }

    /// <summary>Where the certificate is, once it is there.</summary>
    public Uri? Certificate { get; init; }

    /// <summary>The certificate identifier it replaces (RFC 9773 5), when the CA reflected it: only then the CA has taken note.</summary>
    public string? Replaces { get; init; }

    /// <summary>The profile the CA chose or was asked for.</summary>
    public string? Profile { get; init; }

    /// <summary>When the CA said to look again (Retry-After); what to do without one is the caller's.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>RFC 8555 7.1.6.</summary>
internal enum OrderStatus
{
    Pending,
    Ready,
    Processing,
    Valid,
    Invalid,
}

/// <summary>What is ordered.</summary>
internal sealed record NewOrder(Items<Identifier> Identifiers)
{
    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The identifier (<see cref="Chains.CertificateId"/>) of the certificate this one follows (RFC 9773 5).</summary>
    public string? Replaces { get; init; }

    /// <summary>One of the directory's profiles.</summary>
    public string? Profile { get; init; }
}
