using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>
/// What a root may sign for (RFC 5280 4.2.1.10): the DNS names in and under <see cref="Domains"/> and the loopback addresses. Written into the
/// root as a critical extension, so that a stolen key is worth nothing for the rest of the world: who checks certificates refuses what lies outside.
/// </summary>
internal sealed class NameConstraints
{
    private const string Oid = "2.5.29.30";

    /// <summary>
    /// Always permitted: <c>localhost</c> and <c>test</c> (RFC 6761), <c>internal</c> (reserved by ICANN for private use), <c>home.arpa</c> (RFC 8375), and three
    /// public names of which every name below resolves to a loopback address.
    /// </summary>
    private static readonly ImmutableArray<string> Always = ["localhost", "test", "internal", "home.arpa", "localtest.me", "lvh.me", "127.0.0.1.nip.io"];

    // RFC 5280 4.2.1.10: GeneralSubtrees are permittedSubtrees [0]; in a GeneralName dNSName is [2] and iPAddress is [7]; an address goes with its mask.
    private static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    private readonly bool _loopback;

    private NameConstraints(ImmutableArray<string> domains, bool loopback)
    {
        Domains = domains;
        _loopback = loopback;
    }

    /// <summary>The permitted DNS subtrees, lower case, each with everything under it.</summary>
    public ImmutableArray<string> Domains { get; }

    /// <summary>The constraints of a new root for the configured base domains.</summary>
    public static Outcome<NameConstraints> For(IReadOnlyList<string> baseDomains)
    {
        var domains = Always.ToList();
        var problems = new List<Problem>();
        foreach (var domain in baseDomains)
        {
            var parsed = HostName.Parse(domain.StartsWith("*.", StringComparison.Ordinal) ? domain[2..] : domain);
            if (!parsed.Succeeded) problems.AddRange(parsed.Problems);
            else if (!domains.Exists(known => HostName.IsWithin(parsed.Value, known))) domains.Add(parsed.Value);
        }

        return problems.Count > 0 ? Outcome<NameConstraints>.Failed(problems.ToItems()) : new NameConstraints([.. domains], loopback: true);
    }

    /// <summary>The constraints a certificate carries; null when it carries none or they cannot be read.</summary>
    public static NameConstraints? Of(X509Certificate2 root)
    {
        var extension = root.Extensions.FirstOrDefault(extension => extension.Oid?.Value == Oid);
        if (extension is null) return null;
        try
        {
            var domains = ImmutableArray.CreateBuilder<string>();
            var loopback = false;
            var subtrees = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence().ReadSequence(Permitted);
            while (subtrees.HasData)
            {
                var subtree = subtrees.ReadSequence();
                var tag = subtree.PeekTag();
                if (tag.HasSameClassAndValue(DnsName)) domains.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, DnsName).ToLowerInvariant());
                else if (tag.HasSameClassAndValue(Address)) loopback |= IPAddress.IsLoopback(new IPAddress(Half(subtree.ReadOctetString(Address))));
            }

            return new NameConstraints(domains.ToImmutable(), loopback);
        }
        catch (Exception error) when (error is AsnContentException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>True for a plain host name in or under a permitted subtree, or a loopback address in its usual spelling. No I/O, no allocation for names.</summary>
    public bool Permits(string host)
    {
        if (host.Length is 0 or > HostName.MaxLength) return false;
        if (host.Contains(':') || char.IsAsciiDigit(host[^1])) return _loopback && IsLoopback(host);
        foreach (var domain in Domains)
        {
            if (HostName.IsWithin(host, domain)) return IsPlain(host);
        }

        return false;
    }

    public X509Extension ToExtension()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(Permitted))
        {
            // "DNS name restrictions are expressed as host.example.com. Any DNS name that can be constructed by simply adding zero or more labels
            // to the left-hand side of the name satisfies the name constraint."
            foreach (var domain in Domains)
            {
                using (writer.PushSequence()) writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, DnsName);
            }

            using (writer.PushSequence()) writer.WriteOctetString([127, 0, 0, 0, 255, 0, 0, 0], Address);
            using (writer.PushSequence()) writer.WriteOctetString([.. IPAddress.IPv6Loopback.GetAddressBytes(), .. Enumerable.Repeat((byte)255, 16)], Address);
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    public override string ToString() => string.Join(", ", Domains);

    private static byte[] Half(byte[] addressAndMask) => addressAndMask[..(addressAndMask.Length / 2)];

    /// <summary>Only the usual spelling: <c>127.1</c> is the same address but would be another name.</summary>
    private static bool IsLoopback(string text) =>
        IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address) && !address.IsIPv4MappedToIPv6 && address.ToString() == text;

    /// <summary>Letters, digits and inner hyphens in labels of 1 to 63 characters, as <see cref="HostName.Parse"/> gives them; a wildcard is no name to sign.</summary>
    private static bool IsPlain(string host)
    {
        var start = 0;
        for (var i = 0; i <= host.Length; i++)
        {
            if (i < host.Length && host[i] != '.')
            {
                if (!char.IsAsciiLetterLower(host[i]) && !char.IsAsciiDigit(host[i]) && host[i] != '-') return false;
                continue;
            }

            if (i - start is 0 or > HostName.MaxLabelLength || host[start] == '-' || host[i - 1] == '-') return false;
            start = i + 1;
        }

        return true;
    }
}
