using System.Text.Json.Serialization;

namespace Signalbox.Model;

/// <summary>Which side of the way a problem lies on.</summary>
internal enum ProblemSide
{
    /// <summary>What the person or program asked for.</summary>
    [JsonStringEnumMemberName("request")]
    Request,

    /// <summary>The service behind a route.</summary>
    [JsonStringEnumMemberName("backend")]
    Backend,

    /// <summary>Signalbox itself: its home, store or code.</summary>
    [JsonStringEnumMemberName("daemon")]
    Daemon,

    /// <summary>The machine: ports, disk, rights, other programs.</summary>
    [JsonStringEnumMemberName("system")]
    System,
}

/// <summary>
/// One record for everything expected that goes wrong: what kind, on which side, with what, in words, and what to do.
/// Expected failures travel as values of this type; exceptions are for misuse.
/// </summary>
/// <param name="Type">A stable, lower-case word from <see cref="ProblemType"/>; becomes the last part of the RFC 9457 <c>type</c>.</param>
/// <param name="Side">Where the cause lies.</param>
/// <param name="Subject">What it happened to: a host, a file with line and column, a port.</param>
/// <param name="Text">What happened and why, one sentence.</param>
/// <param name="Advice">What to do next, one sentence; null when nothing can be done.</param>
/// <param name="Retry">True when the same thing may succeed later with nothing changed.</param>
internal sealed record Problem(string Type, ProblemSide Side, string Subject, string Text, string? Advice = null, bool Retry = false)
{
    public override string ToString() => Advice is null ? $"{Subject}: {Text}" : $"{Subject}: {Text} {Advice}";
}

/// <summary>The stable words for <see cref="Problem.Type"/>.</summary>
internal static class ProblemType
{
    public const string InvalidHost = "invalid-host";
    public const string InvalidTarget = "invalid-target";
    public const string InvalidPath = "invalid-path";
    public const string InvalidPort = "invalid-port";
    public const string InvalidRequest = "invalid-request";
    public const string InvalidConfig = "invalid-config";
    public const string HostInUse = "host-in-use";
    public const string NotFound = "not-found";
    public const string PortInUse = "port-in-use";
    public const string PortDenied = "port-denied";
    public const string AddressMissing = "address-missing";
    public const string ConnectionsRefused = "connections-refused";
    public const string LoopStands = "loop-stands";
    public const string HomeUnusable = "home-unusable";
    public const string HomeInUse = "home-in-use";
    public const string StoreDamaged = "store-damaged";
    public const string StoreNewer = "store-newer";
    public const string StoreFull = "store-full";
    public const string Unsupported = "unsupported";
    public const string BackendDown = "backend-down";
    public const string BackendFailed = "backend-failed";
    public const string Loop = "loop";
    public const string RouteUnproved = "route-unproved";
    public const string CertificateUnavailable = "certificate-unavailable";
    public const string DnsProviderFailed = "dns-provider-failed";
    public const string DnsNotPropagated = "dns-not-propagated";
    public const string NoDaemon = "no-daemon";
    public const string CommandFailed = "command-failed";
    public const string AcmeRefused = "acme-refused";
    public const string AcmeRateLimited = "acme-rate-limited";
    public const string AcmeUnreachable = "acme-unreachable";
    public const string AcmeNotUnderstood = "acme-not-understood";
}
