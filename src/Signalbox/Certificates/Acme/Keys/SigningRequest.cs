using System.Net;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme.Keys;

/// <summary>Makes the request a certificate is signed from (RFC 2986).</summary>
internal static class SigningRequest
{
    /// <summary>The request in DER for exactly these names.</summary>
    public static byte[] Create(AcmeKey key, Items<Identifier> identifiers)
    {
        // No common name: it is limited to 64 characters, browsers have not read it for years, and RFC 8555 7.4 is content with the alternative names.
        var request = key.Request(new X500DistinguishedName(""));

        // RFC 8555 7.4: "The CSR MUST indicate the exact same set of requested identifiers as the initial newOrder request."
        request.CertificateExtensions.Add(Names(identifiers));
        return key.Exclusively(request.CreateSigningRequest);
    }

    public static X509Extension Names(Items<Identifier> identifiers, bool critical = false)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var identifier in identifiers)
        {
            // RFC 8738 4: an address stands in the request as iPAddress of the alternative names.
            if (identifier.IsIp) names.AddIpAddress(IPAddress.Parse(identifier.Value));
            else names.AddDnsName(identifier.Value);
        }

        return names.Build(critical);
    }
}
