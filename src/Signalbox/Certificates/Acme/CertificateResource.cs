using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.4.2.</summary>
internal sealed class CertificateResource(AcmeWire wire)
{
    /// <summary>Alternate chains that are looked at; CAs have two or three.</summary>
    private const int MostAlternates = 10;

    /// <summary>The chain the CA prefers, and where its others are.</summary>
    public async Task<AcmeResult<Download>> DownloadAsync(AcmeIdentity account, Uri certificate, CancellationToken stop)
    {
        // RFC 8555 7.4.2: "the client simply sends a POST-as-GET request to the certificate URL."
        var answer = await wire.FetchAsync(account, certificate, stop, AcmeAnswer.PemChain);
        if (!answer.Succeeded) return answer.Failure;
        if (answer.Value.ContentType != AcmeAnswer.PemChain) return answer.Value.NotUnderstood($"its content type is {answer.Value.ContentType ?? "missing"}, not {AcmeAnswer.PemChain}.");
        if (CertificateChain.Read(answer.Value.Body.Span) is not { } chain) return answer.Value.NotUnderstood("it is no chain of certificates.");

        // "The server MAY provide one or more link relation header fields [RFC5988] with relation "alternate"."
        return new Download(chain, answer.Value.Links.Where(link => link.Relation == "alternate").Select(link => link.Target).Distinct().Take(MostAlternates).ToItems());
    }

    /// <summary>
    /// The first chain with a certificate issued by <paramref name="issuer"/>; the CA's own choice where there is none, or no wish. An alternate that cannot
    /// be had does not cost the certificate.
    /// </summary>
    public async Task<AcmeResult<CertificateChain>> DownloadPreferredAsync(AcmeIdentity account, Uri certificate, string? issuer, CancellationToken stop)
    {
        var first = await DownloadAsync(account, certificate, stop);
        if (!first.Succeeded) return first.Failure;
        var chosen = first.Value.Chain;
        if (issuer is null || chosen.IsIssuedBy(issuer)) return chosen;
        foreach (var url in first.Value.Alternates)
        {
            var other = await DownloadAsync(account, url, stop);
            if (!other.Succeeded) continue;

            // "an alternative certificate chain starting with the same end-entity certificate": one that starts with another is none.
            if (other.Value.Chain.IsIssuedBy(issuer) && other.Value.Chain.Leaf.RawDataMemory.Span.SequenceEqual(chosen.Leaf.RawDataMemory.Span))
            {
                chosen.Dispose();
                return other.Value.Chain;
            }

            other.Value.Chain.Dispose();
        }

        return chosen;
    }
}

/// <summary>One downloaded chain, and the URLs of the CA's other chains for the same certificate.</summary>
internal sealed record Download(CertificateChain Chain, Items<Uri> Alternates);
