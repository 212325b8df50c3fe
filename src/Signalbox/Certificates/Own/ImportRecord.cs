using System.Text.Json.Serialization;
using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>The index entry of one imported certificate; all else is in its file.</summary>
/// <param name="Id">The stem of its file.</param>
/// <param name="Names">What it is shown for.</param>
/// <param name="Imported">UTC. Of several for one name the latest counts.</param>
internal sealed record ImportRecord(string Id, string[] Names, DateTimeOffset Imported);

/// <summary>How what is given by people is kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportRecord))]
[JsonSerializable(typeof(OwnFiles))]
internal sealed partial class OwnJson : JsonSerializerContext;
