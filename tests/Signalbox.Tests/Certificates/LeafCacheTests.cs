using Signalbox.Certificates.LocalAuthority;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Certificates;

public sealed class LeafCacheTests
{
    [Fact]
    public void Put_MoreThanFit_TheLeastRecentlyAskedForLeaves()
    {
        var cache = new LeafCache(2);
        cache.Put(NewLeaf("one.test"));
        cache.Put(NewLeaf("two.test"));
        cache.Find("one.test").ShouldNotBeNull();
        cache.Put(NewLeaf("three.test"));
        cache.Find("two.test").ShouldBeNull();
        cache.All().Select(leaf => leaf.Host).Order().ShouldBe(["one.test", "three.test"]);
    }

    [Fact]
    public void Put_SameHostAgain_ReplacesItAndNothingElse()
    {
        var cache = new LeafCache(2);
        cache.Put(NewLeaf("one.test"));
        cache.Put(NewLeaf("two.test"));
        var renewed = NewLeaf("one.test");
        cache.Put(renewed);
        cache.Find("one.test").ShouldBe(renewed);
        cache.Find("two.test").ShouldNotBeNull();
        cache.Remove("one.test");
        cache.Find("one.test").ShouldBeNull();
    }

    private static Leaf NewLeaf(string host) => new(host, SelfSignedBook.Make(host), "");
}
