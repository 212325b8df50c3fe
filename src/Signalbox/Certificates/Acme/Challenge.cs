namespace Signalbox.Certificates.Acme;

/// <summary>One way in which a CA offers to check a name (RFC 8555 8). Types nobody here knows are kept by their name and fields.</summary>
/// <param name="Type">One of <see cref="ChallengeType"/>, or another.</param>
/// <param name="Json">As it came, with the fields of its type.</param>
internal sealed record Challenge(string Type, Uri Url, ChallengeStatus Status, string Json)
{
    /// <summary>Safe to stand in a path or a DNS record: base64url alone. Null when the challenge has none, or one with anything else in it.</summary>
    public string? Token { get; init; }

    public DateTimeOffset? Validated { get; init; }

    /// <summary>Why the check failed, in the CA's words.</summary>
    public AcmeProblem? Error { get; init; }

    /// <summary>When the CA said to look again (Retry-After).</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>RFC 8555 7.1.6.</summary>
internal enum ChallengeStatus
{
    Pending,
    Processing,
    Valid,
    Invalid,
}

/// <summary>The challenges we can answer.</summary>
internal static class ChallengeType
{
    /// <summary>RFC 8555 8.3.</summary>
    public const string Http = "http-01";

    /// <summary>RFC 8555 8.4.</summary>
    public const string Dns = "dns-01";

    /// <summary>RFC 8737.</summary>
    public const string TlsAlpn = "tls-alpn-01";
}
