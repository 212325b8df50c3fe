using Signalbox.Certificates.Acme.Http;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.5.</summary>
internal sealed class AuthorizationResource(AcmeWire wire)
{
    public async Task<AcmeResult<Authorization>> FetchAsync(AcmeIdentity account, Uri authorization, CancellationToken stop)
    {
        var answer = await wire.FetchAsync(account, authorization, stop);
        return answer.Succeeded ? Read(answer.Value, authorization) : answer.Failure;
    }

    /// <summary>Authorization ahead of any order (RFC 8555 7.4.1), at CAs that offer it; never for a wildcard.</summary>
    public async Task<AcmeResult<Authorization>> CreateAsync(AcmeIdentity account, Identifier identifier, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        if (directory.Value.NewAuthz is not { } url) return new AcmeFailure(AcmeFailureKind.NotUnderstood, wire.Server.Directory, "the directory has no newAuthz.");
        var answer = await wire.PostAsync(account, url, Jws.Json(json =>
        {
            json.WriteStartObject("identifier");
            json.WriteString("type", identifier.Type);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
        }), stop);
        if (!answer.Succeeded) return answer.Failure;

        // "returns a 201 (Created) response with the authorization URL in the Location header field"
        return answer.Value.Location is { } location ? Read(answer.Value, location) : answer.Value.NotUnderstood("it names no authorization (Location).");
    }

    // RFC 8555 7.5.2: "it may request that the server deactivate each authorization associated with it by sending POST requests with the static object
    // {"status": "deactivated"} to each authorization URL."
    public async Task<AcmeResult<Authorization>> DeactivateAsync(AcmeIdentity account, Uri authorization, CancellationToken stop)
    {
        var answer = await wire.PostAsync(account, authorization, Jws.Json(json => json.WriteString("status", "deactivated")), stop);
        return answer.Succeeded ? Read(answer.Value, authorization) : answer.Failure;
    }

    public static Identifier? ReadIdentifier(IdentifierDocument? document) =>
        document is { Type: { Length: > 0 } type, Value: { Length: > 0 } value } ? new Identifier(type, value) : null;

    private static AcmeResult<Authorization> Read(AcmeAnswer answer, Uri url)
    {
        var read = answer.Read(AcmeJson.Default.AuthorizationDocument);
        if (!read.Succeeded) return read.Failure;
        if (!Statuses.TryParse<AuthorizationStatus>(read.Value.Status, out var status)) return answer.Missing("status");
        if (ReadIdentifier(read.Value.Identifier) is not { } identifier) return answer.Missing("identifier");

        // One challenge that is not understood hurts only itself: another may do.
        var challenges = (read.Value.Challenges ?? []).Select(json => ChallengeResource.Read(json, answer.RetryAt)).OfType<Challenge>().ToItems();
        return new Authorization(url, status, identifier, challenges)
        {
            Expires = read.Value.Expires,
            Wildcard = read.Value.Wildcard ?? false,
            RetryAt = answer.RetryAt,
        };
    }
}
