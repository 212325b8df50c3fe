using FsCheck;
using FsCheck.Fluent;
using Signalbox.Model;
using Signalbox.Proxy.Routing;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Routing;

public sealed class HostIndexTests
{
    [Theory]
    [InlineData("app.localhost", "/", "app.localhost/")]
    [InlineData("APP.Localhost:8443", "/", "app.localhost/")]
    [InlineData("app.localhost.", "/", "app.localhost/")]
    [InlineData("app.localhost.:80", "/x", "app.localhost/")]
    [InlineData("app.localhost", "/v1", "app.localhost/v1")]
    [InlineData("app.localhost", "/v1/x", "app.localhost/v1")]
    [InlineData("app.localhost", "/v10", "app.localhost/")]
    [InlineData("app.localhost", "/v1/deep/er", "app.localhost/v1/deep")]
    [InlineData("other.localhost", "/", "*.localhost/")]
    [InlineData("a.b.localhost", "/", null)]
    [InlineData("localhost", "/", null)]
    [InlineData("only.localhost", "/api", "only.localhost/api")]
    [InlineData("only.localhost", "/", "*.localhost/")]
    [InlineData("coded.localhost", "/a b/c", "coded.localhost/a%20b")]
    [InlineData("[::1]:80", "/", null)]
    [InlineData("", "/", null)]
    public void Match_HostAndPath_FindsTheNearestRoute(string host, string path, string? expected)
    {
        var index = IndexOf(("app.localhost", "/"), ("app.localhost", "/v1"), ("app.localhost", "/v1/deep"), ("*.localhost", "/"), ("only.localhost", "/api"), ("coded.localhost", "/a%20b"));
        var found = index.Match(host, path);
        (found is null ? null : found.Key.Host + found.Key.Path).ShouldBe(expected);
    }

    [Fact]
    public void Match_AnyRoutes_AgreesWithALinearSearch()
    {
        var host = Gen.Elements("a.x", "b.x", "c.x", "a.y", "*.x", "*.y", "a.b.x", "*.b.x");
        var path = Gen.Elements("/", "/a", "/a/b", "/ab", "/b", "/b/c", "/c", "/d", "/e", "/f", "/g", "/h/i/j", "/h");
        var key = from h in host from p in path select new RouteKey(h, p);
        var step = from set in key.ListOf() from removed in key.ListOf() select (set, removed);
        var request = from h in Gen.Elements("a.x", "b.x:80", "c.x.", "A.Y", "q.x", "q.y", "a.b.x", "z.b.x", "x", "q.q.x", "*.x") from p in Gen.Elements("/", "/a", "/a/b/c", "/abc", "/b/c/d", "/h/i", "/h/i/j/k", "/zz", "/e/") select (h, p);
        var property = Prop.ForAll(step.ListOf().ToArbitrary(), request.ArrayOf().ToArbitrary(), (steps, requests) =>
        {
            var index = new HostIndex();
            var reference = new Dictionary<RouteKey, Route>();
            var revision = 0L;
            foreach (var (set, removed) in steps)
            {
                revision++;
                var wanted = set.Distinct().Select(k => TestRouter.NewRoute(k.Host, k.Path, []) with { Revision = revision }).ToArray();
                var gone = removed.Distinct().Except(set).ToArray();
                index.Apply(new EdgeChange(revision, wanted.ToItems(), gone.ToItems()));
                foreach (var k in gone) reference.Remove(k);
                foreach (var route in wanted) reference[route.Key] = route;
            }

            index.Count.ShouldBe(reference.Count);
            index.Routes().OrderBy(route => route.Key).ShouldBe(reference.Values.OrderBy(route => route.Key));
            foreach (var (h, p) in requests) index.Match(h, p).ShouldBe(Search(reference.Values, h, p));
        });
        property.QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Match_ManyPrefixesOnOneHost_FindsEach()
    {
        var index = IndexOf([.. Enumerable.Range(0, 1000).Select(i => ("app.localhost", $"/p{i}")), ("app.localhost", "/")]);
        for (var i = 0; i < 1000; i++) index.Match("app.localhost", $"/p{i}/x/y")!.Key.Path.ShouldBe($"/p{i}");
        index.Match("app.localhost", "/other")!.Key.Path.ShouldBe("/");
        index.Match("app.localhost", "/" + new string('x', 5000))!.Key.Path.ShouldBe("/");
    }

    [Fact]
    public void Match_LookUp_AllocatesNothing()
    {
        var index = IndexOf([("app.localhost", "/"), ("*.wild.localhost", "/"), .. Enumerable.Range(0, 20).Select(i => ("many.localhost", $"/p{i}"))]);
        Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Look();
        // A tier change in between may cost a few bytes; a thousand look-ups that allocated would cost tens of thousands.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);

        void Look()
        {
            index.Match("app.localhost:8443", "/x");
            index.Match("some.wild.localhost", "/x");
            index.Match("many.localhost", "/p7/x");
            index.Match("none.localhost", "/x");
        }
    }

    [Fact]
    public async Task Apply_ChangeOfOneHost_IsSeenWholeOrNotAtAll()
    {
        var index = IndexOf(("app.localhost", "/"), ("app.localhost", "/x"));
        var over = 0;
        var reader = Task.Run(() =>
        {
            // In each change "/x" gives way to "/x/1" or back, and both match.
            var torn = 0;
            while (Volatile.Read(ref over) == 0)
            {
                if (index.Match("app.localhost", "/x/1") is null) torn++;
            }

            return torn;
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 10_000; i++)
        {
            var (set, removed) = i % 2 == 0 ? ("/x/1", "/x") : ("/x", "/x/1");
            index.Apply(new EdgeChange(i, [TestRouter.NewRoute("app.localhost", set, [])], [new RouteKey("app.localhost", removed), new RouteKey("app.localhost", "/")]));
        }

        Volatile.Write(ref over, 1);
        (await reader).ShouldBe(0);
    }

    private static HostIndex IndexOf(params (string Host, string Path)[] keys)
    {
        var index = new HostIndex();
        index.Apply(new EdgeChange(1, keys.Select(key => TestRouter.NewRoute(key.Host, key.Path, [])).ToItems(), []));
        return index;
    }

    private static Route? Search(IEnumerable<Route> routes, string host, string path)
    {
        var name = host.Split(':')[0].TrimEnd('.').ToLowerInvariant();
        var parent = name.Contains('.') ? "*" + name[name.IndexOf('.', StringComparison.Ordinal)..] : "";
        return Longest(name) ?? Longest(parent);

        Route? Longest(string wanted) => routes.Where(route => route.Key.Host == wanted && (route.Key.Path == "/" || path == route.Key.Path || path.StartsWith(route.Key.Path + "/", StringComparison.Ordinal)))
            .MaxBy(route => route.Key.Path.Length);
    }
}
