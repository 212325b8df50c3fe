using Signalbox.Certificates.Acme.Http;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 9773 4.</summary>
internal sealed class RenewalInfoResource(AcmeWire wire)
{
    /// <summary>False when the CA is known to have no renewal information; asks for nothing but the directory, and for that only once it is old.</summary>
    public async Task<bool> MayBeAskedAsync(CancellationToken stop) => await wire.DirectoryAsync(stop) is not { Succeeded: true, Value.RenewalInfo: null };

    /// <param name="certificateId">From <see cref="Chains.CertificateId"/>.</param>
    /// <returns>Null when the CA has no renewal information at all.</returns>
    public async Task<AcmeResult<RenewalInfo?>> FetchAsync(string certificateId, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        if (directory.Value.RenewalInfo is not { } resource) return (RenewalInfo?)null;

        // RFC 9773 4.1: a GET, unauthenticated, of the resource's URL, a slash and the identifier. No second slash where the CA ended its URL in one.
        var answer = await wire.GetAsync(new Uri($"{resource.OriginalString.TrimEnd('/')}/{certificateId}"), stop);
        if (!answer.Succeeded) return answer.Failure;
        var document = answer.Value.Read(AcmeJson.Default.RenewalInfoDocument);
        if (!document.Succeeded) return document.Failure;
        if (document.Value.SuggestedWindow is not { Start: { } start, End: { } end }) return answer.Value.Missing("suggestedWindow");

        // RFC 9773 4.2: a window whose end is not after its start is invalid, and is to be treated as if there were no answer.
        if (end <= start) return answer.Value.NotUnderstood($"the suggested window ends at {end:O}, which is not after its start at {start:O}.");
        return new RenewalInfo(start, end) { Explanation = AcmeJson.Url(document.Value.Explanation), RetryAt = answer.Value.RetryAt };
    }
}
