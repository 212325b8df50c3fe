using System.Text.Json.Serialization;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>What every answer of the API is wrapped in.</summary>
internal sealed record CloudflareReply<T>(bool Success, CloudflareError[]? Errors, T? Result);

/// <param name="Chain">What led to it, in the API's own words; often the only part that says what is wrong.</param>
internal sealed record CloudflareError(int Code, string? Message, [property: JsonPropertyName("error_chain")] CloudflareError[]? Chain = null)
{
    public override string ToString() => string.Join(": ", (Chain ?? []).Select(error => error.ToString()).Prepend($"{Message} ({Code})"));
}

internal sealed record CloudflareZone(string Id, string Name);

internal sealed record CloudflareRecord(string Id, string Content);

internal sealed record CloudflareNewRecord(string Type, string Name, string Content, uint Ttl, string Comment);

/// <summary>What a deletion answers: nothing anybody needs.</summary>
internal sealed record CloudflareGone(string? Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CloudflareReply<CloudflareZone[]>))]
[JsonSerializable(typeof(CloudflareReply<CloudflareRecord[]>))]
[JsonSerializable(typeof(CloudflareReply<CloudflareRecord>))]
[JsonSerializable(typeof(CloudflareReply<CloudflareGone>))]
[JsonSerializable(typeof(CloudflareNewRecord))]
internal sealed partial class CloudflareJson : JsonSerializerContext;
