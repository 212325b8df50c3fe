using System.Text.Json;
using System.Text.Json.Serialization;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>The JSON of a CA's answers as it stands on the wire: everything may be missing, the resources look at what they need.</summary>
internal sealed record DirectoryDocument(string? NewNonce, string? NewAccount, string? NewOrder, string? NewAuthz, string? RevokeCert, string? KeyChange, string? RenewalInfo, MetaDocument? Meta);

internal sealed record MetaDocument(string? TermsOfService, string? Website, string?[]? CaaIdentities, bool? ExternalAccountRequired, Dictionary<string, JsonElement>? Profiles);

internal sealed record AccountDocument(string? Status, string?[]? Contact, bool? TermsOfServiceAgreed, string? Orders);

internal sealed record OrdersDocument(string?[]? Orders);

internal sealed record IdentifierDocument(string? Type, string? Value);

internal sealed record OrderDocument(string? Status, DateTimeOffset? Expires, IdentifierDocument?[]? Identifiers, string?[]? Authorizations, string? Finalize, string? Certificate)
{
    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    public JsonElement? Error { get; init; }

    public string? Replaces { get; init; }

    public string? Profile { get; init; }
}

internal sealed record AuthorizationDocument(string? Status, DateTimeOffset? Expires, IdentifierDocument? Identifier, JsonElement[]? Challenges, bool? Wildcard);

internal sealed record ChallengeDocument(string? Type, string? Url, string? Status, string? Token, DateTimeOffset? Validated, JsonElement? Error);

internal sealed record RenewalInfoDocument(WindowDocument? SuggestedWindow, [property: JsonPropertyName("explanationURL")] string? Explanation);

internal sealed record WindowDocument(DateTimeOffset? Start, DateTimeOffset? End);

/// <summary>Source-generated, since the program is trimmed. Unknown members are skipped: RFC 8555 allows extensions everywhere.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DirectoryDocument))]
[JsonSerializable(typeof(AccountDocument))]
[JsonSerializable(typeof(OrdersDocument))]
[JsonSerializable(typeof(OrderDocument))]
[JsonSerializable(typeof(AuthorizationDocument))]
[JsonSerializable(typeof(ChallengeDocument))]
[JsonSerializable(typeof(RenewalInfoDocument))]
internal sealed partial class AcmeJson : JsonSerializerContext
{
    /// <summary>A URL as the CA wrote it; null when it is none that may be asked.</summary>
    public static Uri? Url(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url : null;
}
