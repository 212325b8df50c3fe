using System.Text.Json;
using System.Text.Json.Serialization;

namespace Signalbox.Model.Wire;

/// <summary>How everything that leaves the process as JSON is written: camelCase, nulls left out, enums as lower-case words. Source-generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(LeaseEvent))]
[JsonSerializable(typeof(LeaseUpdate))]
[JsonSerializable(typeof(PortGrant))]
[JsonSerializable(typeof(RouteReport[]))]
[JsonSerializable(typeof(IEnumerable<RouteReport>))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(CertificateReport))]
[JsonSerializable(typeof(CertificateReport[]))]
[JsonSerializable(typeof(CertificateImport))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(HistoryEntry[]))]
[JsonSerializable(typeof(Problem[]))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(ProofAnswer))]
internal sealed partial class SignalboxJson : JsonSerializerContext
{
    /// <summary>The same, indented, for people who pass <c>--json</c> on a terminal and for files.</summary>
    public static SignalboxJson Indented => field ??= new(new JsonSerializerOptions(Default!.Options) { WriteIndented = true });
}
