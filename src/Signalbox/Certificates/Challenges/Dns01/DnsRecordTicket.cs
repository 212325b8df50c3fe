using System.Text.Json;
using System.Text.Json.Serialization;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>
/// One TXT value that was, or may have been, put into a zone and is to be taken out again. Whole by itself: with it a later process can clean up after one
/// that was killed in between. So it is kept before anything is added, and forgotten only when the removal is known to have happened.
/// </summary>
/// <param name="Provider">The provider's name in the configuration.</param>
/// <param name="Name">The record's name, after aliases.</param>
/// <param name="Value">The one value; others of the same name are somebody else's.</param>
/// <param name="MadeAt">When it was begun.</param>
/// <param name="Zone">The zone as the provider found it; null when it has none or has not looked yet.</param>
/// <param name="RecordId">The provider's own id of the record; null when it has none or it is not known.</param>
internal sealed record DnsRecordTicket(string Provider, string Name, string Value, DateTimeOffset MadeAt, string? Zone = null, string? RecordId = null)
{
    /// <summary>Two tickets of one key are about the same value; the later one knows more.</summary>
    [JsonIgnore]
    public string Key => $"{Provider} {Name} {Value}";

    public string ToJson() => JsonSerializer.Serialize(this, DnsTicketJson.Default.DnsRecordTicket);

    /// <summary>Null for what is no ticket.</summary>
    public static DnsRecordTicket? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DnsTicketJson.Default.DnsRecordTicket);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DnsRecordTicket))]
internal sealed partial class DnsTicketJson : JsonSerializerContext;
