using Signalbox.EndToEnd.Differential.Cases;
using Signalbox.EndToEnd.Differential.Views;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Differential;

/// <summary>What users are told of the differences is what the tests found.</summary>
public sealed class CompatibilityPageTests
{
    [Fact]
    public void Page_TellsEveryDifference()
    {
        var made = Path.Combine(Product.Root, "artifacts", "compatibility.md");
        File.WriteAllText(made, CompatibilityPage.Render());
        File.ReadAllText(Path.Combine(Product.Root, "docs", "compatibility.md")).ShouldBe(File.ReadAllText(made), $"The page as it should be is {made}.");
    }

    [Fact]
    public void Cases_Names_AreUnique() => AllCases.List.GroupBy(@case => @case.Name).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();

    [Fact]
    public void Cases_Differences_AreListedOnce() =>
        AllCases.List.Where(@case => @case.Differences.DistinctBy(difference => difference.Rival).Count() != @case.Differences.Count).Select(@case => @case.Name).ShouldBeEmpty();
}
