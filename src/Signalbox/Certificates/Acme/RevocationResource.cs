using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Certificates.Acme.Keys;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.6: "they can be signed with either an account key pair or the key pair in the certificate".</summary>
internal sealed class RevocationResource(AcmeWire wire)
{
    /// <summary>By the account that has the certificate, or that holds authorizations for all of its names.</summary>
    public Task<AcmeResult<bool>> RevokeAsync(AcmeIdentity account, X509Certificate2 certificate, RevocationReason? reason, CancellationToken stop) =>
        RevokeAsync(account.Key, account.Account, certificate, reason, stop);

    /// <summary>By the certificate's own key, whoever ordered it.</summary>
    public Task<AcmeResult<bool>> RevokeAsync(AcmeKey certificateKey, X509Certificate2 certificate, RevocationReason? reason, CancellationToken stop) =>
        RevokeAsync(certificateKey, null, certificate, reason, stop);

    private async Task<AcmeResult<bool>> RevokeAsync(AcmeKey key, Uri? account, X509Certificate2 certificate, RevocationReason? reason, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        if (directory.Value.RevokeCert is not { } url) return new AcmeFailure(AcmeFailureKind.NotUnderstood, wire.Server.Directory, "the directory has no revokeCert.");
        var answer = await wire.PostAsync(key, account, url, Jws.Json(json =>
        {
            // "The certificate to be revoked, in the base64url-encoded version of the DER format."
            json.WriteString("certificate", Base64Url.EncodeToString(certificate.RawDataMemory.Span));
            if (reason is { } code) json.WriteNumber("reason", (int)code);
        }), stop);
        if (answer.Succeeded) return true;

        // Someone else was quicker, or an earlier request's answer was lost: it is revoked, which is what was asked for.
        return answer.Failure.Is(AcmeProblemType.AlreadyRevoked) ? true : answer.Failure;
    }
}
