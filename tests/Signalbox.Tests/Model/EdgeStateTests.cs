using System.Collections.Immutable;
using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class EdgeStateTests
{
    [Fact]
    public void Equals_SameRoutesMadeInAnotherOrder_IsTrueAndTheHashToo()
    {
        var one = State(1, Route("a", 1), Route("b", 2));
        var other = State(1, Route("b", 2), Route("a", 1));
        one.Equals(other).ShouldBeTrue();
        one.GetHashCode().ShouldBe(other.GetHashCode());
    }

    [Fact]
    public void Equals_AnotherRevisionRouteOrBackend_IsFalse()
    {
        var state = State(1, Route("a", 1));
        state.Equals(State(2, Route("a", 1))).ShouldBeFalse();
        state.Equals(State(1, Route("a", 2))).ShouldBeFalse();
        state.Equals(State(1, Route("b", 1))).ShouldBeFalse();
        state.Equals(State(1, Route("a", 1), Route("b", 1))).ShouldBeFalse();
        state.Equals(null).ShouldBeFalse();
    }

    [Fact]
    public void Routes_OfAState_AreSortedByHostThenPathOrdinally()
    {
        var state = State(1, Route("b", 1), Route("a", 1, "/z"), Route("a", 1), Route("a-b", 1), Route("a.b", 1));
        state.Routes.Keys.Select(key => key.ToString()).ShouldBe(["a", "a/z", "a-b", "a.b", "b"]);
    }

    private static EdgeState State(long revision, params Route[] routes) =>
        new(revision, ImmutableSortedDictionary.CreateRange(routes.Select(route => KeyValuePair.Create(route.Key, route))));

    private static Route Route(string host, int port, string path = "/") => new()
    {
        Key = new RouteKey(host, path),
        Id = "id",
        Owner = new Owner(Owner.Site, host),
        Backends = [new Backend(BackendScheme.Http, "localhost", port)],
    };
}
