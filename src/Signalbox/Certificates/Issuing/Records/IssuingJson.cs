using System.Text.Json.Serialization;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>How the records are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CertificateRecord))]
[JsonSerializable(typeof(NameRecord))]
[JsonSerializable(typeof(BriefName))]
[JsonSerializable(typeof(OrderRecord))]
[JsonSerializable(typeof(CaRecord))]
[JsonSerializable(typeof(RevocationRecord))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Evidence[]))]
internal sealed partial class IssuingJson : JsonSerializerContext;
