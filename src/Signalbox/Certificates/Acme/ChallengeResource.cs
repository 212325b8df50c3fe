using System.Text.Json;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Certificates.Acme.Keys;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.5.1 and 8.</summary>
internal sealed class ChallengeResource(AcmeWire wire)
{
    // RFC 8555 7.5.1: "The client indicates to the server that it is ready for the challenge validation by sending an empty JSON body ("{}") carried in a POST
    // request to the challenge URL (not the authorization URL)."
    /// <summary>Tells the CA to look. Again for a challenge in progress: RFC 8555 8.2 has that ask for another try.</summary>
    public async Task<AcmeResult<Challenge>> RespondAsync(AcmeIdentity account, Challenge challenge, CancellationToken stop)
    {
        var answer = await wire.PostAsync(account, challenge.Url, Jws.Json(_ => { }), stop);
        return answer.Succeeded ? Read(answer.Value) : answer.Failure;
    }

    public async Task<AcmeResult<Challenge>> FetchAsync(AcmeIdentity account, Challenge challenge, CancellationToken stop)
    {
        var answer = await wire.FetchAsync(account, challenge.Url, stop);
        return answer.Succeeded ? Read(answer.Value) : answer.Failure;
    }

    /// <summary>One challenge; null when it lacks what every challenge has.</summary>
    public static Challenge? Read(JsonElement json, DateTimeOffset? retryAt)
    {
        ChallengeDocument? document;
        try
        {
            document = json.Deserialize(AcmeJson.Default.ChallengeDocument);
        }
        catch (JsonException)
        {
            return null;
        }

        if (document?.Type is not { Length: > 0 } type || AcmeJson.Url(document.Url) is not { } url) return null;

        // "status (required, string)", yet the RFC's own example in 7.5 leaves it out where a challenge waits.
        if (!Statuses.TryParse<ChallengeStatus>(document.Status ?? "pending", out var status)) return null;
        return new Challenge(type, url, status, json.GetRawText())
        {
            Token = document.Token is { } token && KeyAuthorization.IsToken(token) ? token : null,
            Validated = document.Validated,
            Error = document.Error is { } error ? AcmeProblem.Read(error) : null,
            RetryAt = retryAt,
        };
    }

    private static AcmeResult<Challenge> Read(AcmeAnswer answer)
    {
        if (answer.ContentType != AcmeAnswer.Json) return answer.NotUnderstood($"its content type is {answer.ContentType ?? "missing"}, not {AcmeAnswer.Json}.");
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return Read(document.RootElement, answer.RetryAt) is { } challenge ? challenge : answer.NotUnderstood("it is no challenge.");
        }
        catch (JsonException e)
        {
            return answer.NotUnderstood($"its JSON is not what it should be: {e.Message}");
        }
    }
}
