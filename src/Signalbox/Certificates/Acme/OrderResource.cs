using System.Buffers.Text;
using System.Text.Json;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.4.</summary>
internal sealed class OrderResource(AcmeWire wire)
{
    public async Task<AcmeResult<Order>> CreateAsync(AcmeIdentity account, NewOrder wanted, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        var answer = await wire.PostAsync(account, directory.Value.NewOrder, Jws.Json(json => Write(json, wanted)), stop);
        if (!answer.Succeeded) return answer.Failure;

        // Section 7.4 shows the order's URL in the Location header field; without it the order could not be followed.
        return answer.Value.Location is { } location ? Read(answer.Value, location) : answer.Value.NotUnderstood("it names no order (Location).");
    }

    public async Task<AcmeResult<Order>> FetchAsync(AcmeIdentity account, Uri order, CancellationToken stop)
    {
        var answer = await wire.FetchAsync(account, order, stop);
        return answer.Succeeded ? Read(answer.Value, order) : answer.Failure;
    }

    /// <summary>
    /// Sends the request for the certificate (DER). Only when the order is ready. The answer is the order: valid, or processing with the time to look again.
    /// </summary>
    public async Task<AcmeResult<Order>> FinalizeAsync(AcmeIdentity account, Order order, byte[] signingRequest, CancellationToken stop)
    {
        // RFC 8555 7.4: "The CSR is sent in the base64url-encoded version of the DER format."
        var answer = await wire.PostAsync(account, order.Finalize, Jws.Json(json => json.WriteString("csr", Base64Url.EncodeToString(signingRequest))), stop);
        return answer.Succeeded ? Read(answer.Value, order.Url) : answer.Failure;
    }

    private static void Write(Utf8JsonWriter json, NewOrder wanted)
    {
        json.WriteStartArray("identifiers");
        foreach (var identifier in wanted.Identifiers)
        {
            json.WriteStartObject();
            json.WriteString("type", identifier.Type);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (wanted.NotBefore is { } notBefore) json.WriteString("notBefore", Rfc3339(notBefore));
        if (wanted.NotAfter is { } notAfter) json.WriteString("notAfter", Rfc3339(notAfter));

        // RFC 9773 5: the identifier of the certificate that this order's will follow.
        if (wanted.Replaces is { } replaces) json.WriteString("replaces", replaces);

        // draft-ietf-acme-profiles 4: the name of one of the directory's profiles.
        if (wanted.Profile is { } profile) json.WriteString("profile", profile);
    }

    // RFC 8555 7.4: "in the date format defined in [RFC3339]", here in UTC and whole seconds, which is all a certificate holds.
    private static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static AcmeResult<Order> Read(AcmeAnswer answer, Uri url)
    {
        var read = answer.Read(AcmeJson.Default.OrderDocument);
        if (!read.Succeeded) return read.Failure;
        var document = read.Value;
        if (!Statuses.TryParse<OrderStatus>(document.Status, out var status)) return answer.Missing("status");
        if (AcmeJson.Url(document.Finalize) is not { } finalize) return answer.Missing("finalize");
        var identifiers = (document.Identifiers ?? []).Select(AuthorizationResource.ReadIdentifier).ToList();
        if (identifiers.Count == 0 || identifiers.Contains(null)) return answer.Missing("identifiers");
        var authorizations = (document.Authorizations ?? []).Select(AcmeJson.Url).ToList();
        if (authorizations.Count == 0 || authorizations.Contains(null)) return answer.Missing("authorizations");
        var certificate = AcmeJson.Url(document.Certificate);
        if (status == OrderStatus.Valid && certificate is null) return answer.Missing("certificate");
        return new Order(url, status, identifiers.OfType<Identifier>().ToItems(), authorizations.OfType<Uri>().ToItems(), finalize)
        {
            Expires = document.Expires,
            NotBefore = document.NotBefore,
            NotAfter = document.NotAfter,
            Error = document.Error is { } error ? AcmeProblem.Read(error) : null,
            Certificate = certificate,
            Replaces = document.Replaces,
            Profile = document.Profile,
            // RFC 8555 7.4: "Send a POST-as-GET request after the time given in the Retry-After header field of the response, if any."
            RetryAt = answer.RetryAt,
        };
    }
}
