using System.Collections.Immutable;
using Signalbox.Control.Explaining;
using Signalbox.Model;

namespace Signalbox.Tests.Control.Explaining;

public sealed class NearestNamesTests
{
    [Fact]
    public void Find_AmongFewNames_GivesTheNearestFirst() =>
        NearestNames.Find(State(["shop.localhost", "shops.localhost", "api.localhost"]), "shpo.localhost", 2).ShouldBe(["shop.localhost", "shops.localhost"]);

    [Fact]
    public void Find_AmongManyNames_GivesOnlySlipsOfTheHand()
    {
        var state = State(Enumerable.Range(0, 1000).Select(number => $"service-with-a-long-name-{number}.localhost").Append("shop.localhost"));
        NearestNames.Find(state, "shpo.localhost", 3).ShouldBe(["shop.localhost"]);
    }

    [Fact]
    public void Find_NothingNear_GivesNothing() => NearestNames.Find(State(["completely-different.test"]), "x.localhost", 3).ShouldBeEmpty();

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("same", "same", 0)]
    [InlineData("ab", "ba", 2)]
    public void Distance_WithinTheLimit_IsLevenshteins(string one, string other, int distance)
    {
        NearestNames.Distance(one, other, 10).ShouldBe(distance);
        NearestNames.Distance(other, one, 10).ShouldBe(distance);
    }

    [Fact]
    public void Distance_AboveTheLimit_IsAboveTheLimit() => NearestNames.Distance("aaaaaaaa", "bbbbbbbb", 3).ShouldBeGreaterThan(3);

    private static EdgeState State(IEnumerable<string> hosts) => new(1, hosts.Select(host => new RouteKey(host, "/")).ToImmutableSortedDictionary(
        key => key,
        key => new Route { Key = key, Id = "sb-site-0", Owner = new Owner(Owner.Site, key.Host) }));
}
