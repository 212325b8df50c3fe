using System.Net;
using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>One entry of <c>certificates.dns</c>. What belongs to other kinds of providers is null.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Kind"><c>exec</c>, <c>rfc2136</c> or <c>cloudflare</c>.</param>
internal sealed record DnsProviderConfig(string Name, string Kind)
{
    public const string Exec = "exec";
    public const string Rfc2136 = "rfc2136";
    public const string Cloudflare = "cloudflare";

    /// <summary>Normalised host names; none: every zone.</summary>
    public Items<string> Zones { get; init; }

    /// <summary>Seconds, 0 to a day; null: not told.</summary>
    public int? Ttl { get; init; }

    /// <summary>Seconds for one change; null: not told.</summary>
    public int? Timeout { get; init; }

    /// <summary>Seconds that the zone's servers are given; 0: not looked at; null: not told.</summary>
    public int? Propagation { get; init; }

    /// <summary>exec: the program and its arguments, at least one.</summary>
    public Items<string> Command { get; init; }

    /// <summary>rfc2136: the zone's primary server; its port is 53 unless told.</summary>
    public DnsEndPoint? Server { get; init; }

    /// <summary>rfc2136: the zone to update; null: the server is asked.</summary>
    public string? Zone { get; init; }

    public DnsKeyConfig? Key { get; init; }

    /// <summary>rfc2136: a key file as BIND writes it.</summary>
    public string? KeyFile { get; init; }

    public string? Token { get; init; }

    /// <summary>cloudflare: a file with the token and nothing else.</summary>
    public string? TokenFile { get; init; }

    /// <summary>cloudflare: where its API is; null: its own.</summary>
    public Uri? Api { get; init; }

    /// <summary>Never the token: records print what they hold.</summary>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>A secret shared with a name server. Its text never holds it.</summary>
/// <param name="Algorithm"><c>hmac-sha256</c> or <c>hmac-sha512</c>.</param>
/// <param name="Secret">Base64.</param>
internal sealed record DnsKeyConfig(string Name, string Algorithm, string Secret)
{
    public override string ToString() => $"key {Name} ({Algorithm})";
}
