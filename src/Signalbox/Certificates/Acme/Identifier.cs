using System.Net;
using System.Net.Sockets;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>Whom a certificate is for: a DNS name (RFC 8555 9.7.7) or an IP address (RFC 8738 3), in the form in which it stands in a certificate.</summary>
internal sealed record Identifier(string Type, string Value)
{
    public const string DnsType = "dns";
    public const string IpType = "ip";

    public bool IsIp => Type == IpType;

    public bool IsWildcard => Type == DnsType && Value.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>The name without its <c>*.</c>: what is validated and looked up.</summary>
    public string Base => IsWildcard ? Value[2..] : Value;

    /// <summary>
    /// The name that a validation of tls-alpn-01 asks for by SNI: a DNS name as it is; SNI has no addresses, so RFC 8738 6 takes the reverse
    /// mapping of one (RFC 1034 5.2.1, RFC 3596 2.5).
    /// </summary>
    public string ServerName => IsIp ? Reverse(IPAddress.Parse(Value)) : Base;

    /// <summary>A name or address as a person writes it, or why it is none.</summary>
    public static Outcome<Identifier> Parse(string? text)
    {
        var plain = text?.Trim() ?? "";
        if (plain.StartsWith('[') && plain.EndsWith(']')) plain = plain[1..^1];
        // A number alone is an address to IPAddress ("1" is 0.0.0.1), but nobody means one.
        if ((plain.Contains('.') || plain.Contains(':')) && IPAddress.TryParse(plain, out var address)) return Ip(address);
        var host = HostName.Parse(text);
        return host.Succeeded ? new Identifier(DnsType, host.Value) : Outcome<Identifier>.Failed(host.Problems);
    }

    // RFC 8738 3: the textual form of RFC 1123 2.1 for IPv4, of RFC 5952 4 for IPv6. A scope is this machine's own affair.
    public static Identifier Ip(IPAddress address) => new(IpType, new IPAddress(address.GetAddressBytes()).ToString());

    public override string ToString() => Value;

    private static string Reverse(IPAddress address)
    {
        var bytes = address.GetAddressBytes().Reverse();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', bytes) + ".in-addr.arpa"
            : string.Join('.', bytes.SelectMany(octet => new[] { octet & 15, octet >> 4 }).Select(nibble => nibble.ToString("x"))) + ".ip6.arpa";
    }
}
