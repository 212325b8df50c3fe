using System.Text.Json;
using System.Text.Json.Serialization;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// The compact JSON of stored claims: defaults left out, enums by name so that their numbers stay free to change. A member this version does not
/// know is an error: another format has another <see cref="StoreSchema.Version"/>, so here it can only be damage.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StoredClaim))]
internal sealed partial class StoreJson : JsonSerializerContext;
