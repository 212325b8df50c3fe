using System.Text.Json;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.1.1.</summary>
internal sealed class DirectoryResource(AcmeWire wire)
{
    /// <summary>The CA's directory, kept for an hour.</summary>
    public Task<AcmeResult<AcmeDirectory>> FetchAsync(CancellationToken stop) => wire.DirectoryAsync(stop);

    /// <summary>The same, asked anew.</summary>
    public Task<AcmeResult<AcmeDirectory>> RefreshAsync(CancellationToken stop)
    {
        wire.Forget();
        return wire.DirectoryAsync(stop);
    }

    public static AcmeResult<AcmeDirectory> Read(AcmeAnswer answer)
    {
        var document = answer.Read(AcmeJson.Default.DirectoryDocument);
        if (!document.Succeeded) return document.Failure;
        var (nonce, account, order) = (AcmeJson.Url(document.Value.NewNonce), AcmeJson.Url(document.Value.NewAccount), AcmeJson.Url(document.Value.NewOrder));
        if (nonce is null) return answer.Missing("newNonce");
        if (account is null) return answer.Missing("newAccount");
        if (order is null) return answer.Missing("newOrder");
        var meta = document.Value.Meta;
        return new AcmeDirectory(nonce, account, order)
        {
            NewAuthz = AcmeJson.Url(document.Value.NewAuthz),
            RevokeCert = AcmeJson.Url(document.Value.RevokeCert),
            KeyChange = AcmeJson.Url(document.Value.KeyChange),
            RenewalInfo = AcmeJson.Url(document.Value.RenewalInfo),
            // Only shown, never asked: also a data: URL, as Pebble has.
            TermsOfService = Uri.TryCreate(meta?.TermsOfService, UriKind.Absolute, out var terms) ? terms : null,
            Website = meta?.Website,
            CaaIdentities = (meta?.CaaIdentities ?? []).OfType<string>().ToItems(),
            ExternalAccountRequired = meta?.ExternalAccountRequired ?? false,
            Profiles = (meta?.Profiles ?? []).OrderBy(profile => profile.Key, StringComparer.Ordinal)
                .Select(profile => new CertificateProfile(profile.Key, profile.Value.ValueKind == JsonValueKind.String ? profile.Value.GetString()! : "")).ToItems(),
        };
    }
}
