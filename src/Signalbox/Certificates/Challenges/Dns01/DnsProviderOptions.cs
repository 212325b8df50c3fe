using System.Net;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>One configured provider.</summary>
/// <param name="Name">How messages and tickets call it.</param>
/// <param name="Zones">The zones it is for; for a name in several providers' zones the longest decides. None means every zone.</param>
internal abstract record DnsProviderOptions(string Name, Items<DnsName> Zones)
{
    /// <summary>Seconds the values may be cached. A minute is what most services take as the least; they are there for a minute or two.</summary>
    public uint Ttl { get; init; } = 60;

    /// <summary>How long the zone's own servers are given to show a value; zero not to look at all, where this machine is told something else than the CA.</summary>
    public TimeSpan Propagation { get; init; } = Dns01.Propagation.DefaultLimit;

    /// <summary>
    /// Changes made at one time. Each is a command with a process of its own, or a request to a service that counts them: a few keep it busy, and hundreds would
    /// bring a small machine, or an API's limit, to its end.
    /// </summary>
    public int AtOnce { get; init; } = 8;
}

/// <summary>
/// A command of the user's own. It is started without a shell, with its own arguments and then <c>add</c> or <c>remove</c>, the record's name without a final
/// dot, and the value; the same stand in SIGNALBOX_DNS_ACTION, SIGNALBOX_DNS_NAME and SIGNALBOX_DNS_VALUE. A value may begin with a hyphen: commands that
/// take options should read the variables. Exit code 0 means done. Commands for one name run one after another, for several names at once.
/// </summary>
/// <param name="Program">A path, or a name that is looked up in PATH.</param>
internal sealed record ExecProviderOptions(string Name, Items<DnsName> Zones, string Program, Items<string> Arguments) : DnsProviderOptions(Name, Zones)
{
    /// <summary>After this it is killed with everything it started. Two minutes: some services' own tools wait until a change is everywhere.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>A name server that takes dynamic updates (RFC 2136): BIND, Knot, PowerDNS, Windows.</summary>
/// <param name="Server">The zone's primary server: an address or a host name.</param>
/// <param name="Key">The key it knows us by (RFC 8945); null for servers that go by the address.</param>
internal sealed record Rfc2136ProviderOptions(string Name, Items<DnsName> Zones, DnsEndPoint Server, TsigKey? Key) : DnsProviderOptions(Name, Zones)
{
    /// <summary>The zone that is updated; null to ask the server which one the name is in.</summary>
    public DnsName? Zone { get; init; }

    /// <summary>
    /// Over TCP, unless that is switched off: an update over UDP that gets no answer may have been made or not, and is only sent again.
    /// </summary>
    public bool Tcp { get; init; } = true;
}

/// <summary>Cloudflare's API, version 4.</summary>
/// <param name="Token">A token with the rights Zone:Read and DNS:Edit for the zones.</param>
internal sealed record CloudflareProviderOptions(string Name, Items<DnsName> Zones, string Token) : DnsProviderOptions(Name, Zones)
{
    public Uri BaseUrl { get; init; } = new("https://api.cloudflare.com/client/v4/");

    /// <summary>For one request. Theirs are answered within a second or two; behind a broken network nothing else would ever end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Never the token: records print what they hold.</summary>
    public override string ToString() => $"cloudflare {Name}";
}
