using System.Text.Json;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Model;

/// <summary>Source-generated reading sets every init property, also those a document leaves out: lists must come out empty then, never null.</summary>
public sealed class WireDefaultsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"hosts":null,"backends":null}""")]
    public void ClaimRequest_ListsLeftOut_AreEmpty(string json)
    {
        var request = JsonSerializer.Deserialize(json, SignalboxJson.Default.ClaimRequest)!;
        (request.Hosts.Length, request.Backends.Length).ShouldBe((0, 0));
        request.Validate(ClaimLife.Lease).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void LeaseUpdate_BackendsLeftOut_AreEmpty() => JsonSerializer.Deserialize("{}", SignalboxJson.Default.LeaseUpdate)!.Backends.ShouldBeEmpty();

    [Fact]
    public void ProblemDocument_ProblemsLeftOut_AreEmpty() =>
        JsonSerializer.Deserialize("""{"type":"t","title":"t","status":400,"detail":"d"}""", SignalboxJson.Default.ProblemDocument)!.Problems.ShouldBeEmpty();

    [Fact]
    public void WhyReport_ShadowedLeftOut_IsEmpty() =>
        JsonSerializer.Deserialize("""{"url":"u","verdict":"v","steps":[]}""", SignalboxJson.Default.WhyReport)!.Shadowed.ShouldBeEmpty();
}
