using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>One whole answer of a CA.</summary>
/// <param name="Url">Who was asked, by the exact text the CA gave.</param>
internal sealed record AcmeAnswer(Uri Url, int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public const string Json = "application/json";
    public const string ProblemJson = "application/problem+json";
    public const string PemChain = "application/pem-certificate-chain";

    public string? Nonce { get; init; }

    public Uri? Location { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public Items<Link> Links { get; init; }

    /// <summary>The first link of this relation.</summary>
    public Uri? LinkOf(string relation) => Links.FirstOrDefault(link => link.Relation == relation)?.Target;

    /// <summary>The body as this document, or why it is none.</summary>
    public AcmeResult<T> Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        if (ContentType != Json) return NotUnderstood($"its content type is {ContentType ?? "missing"}, not {Json}.");
        try
        {
            return JsonSerializer.Deserialize(Body.Span, type) is { } document ? document : NotUnderstood("it is the word null.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return NotUnderstood($"its JSON is not what it should be: {e.Message}");
        }
    }

    public AcmeFailure NotUnderstood(string what) => new(AcmeFailureKind.NotUnderstood, Url, $"HTTP {Status}: {what}") { Status = Status, RetryAt = RetryAt };

    public AcmeFailure Missing(string member) => NotUnderstood($"the member “{member}” is missing or not what it should be.");

    /// <summary>The failure that an answer with an error status is.</summary>
    public AcmeFailure ToFailure()
    {
        // RFC 8555 6.7: "When the server responds with an error status, it SHOULD provide additional information using a problem document".
        // Some send it as plain JSON; a page of a machine in front of the CA is neither.
        var document = ContentType is ProblemJson or Json ? AcmeProblem.Read(Body) : null;
        var limited = document?.Type == AcmeProblemType.RateLimited || Status == 429 || (Status == 503 && RetryAt is not null);
        var kind = limited ? AcmeFailureKind.RateLimited : document is null ? AcmeFailureKind.NotUnderstood : AcmeFailureKind.Refused;
        return new AcmeFailure(kind, Url, document?.ToString() ?? $"HTTP {Status} without a problem document ({ContentType ?? "no content type"}).")
        {
            Status = Status, Document = document, RetryAt = RetryAt, Help = LinkOf("terms-of-service") ?? LinkOf("help"), Location = Location,
        };
    }
}
