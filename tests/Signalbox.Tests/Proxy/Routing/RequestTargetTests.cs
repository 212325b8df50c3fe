using Signalbox.Proxy.Routing;

namespace Signalbox.Tests.Proxy.Routing;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a%2Fb/%7e?x=%20&y=/../z", "/a%2Fb/%7e?x=%20&y=/../z")]
    [InlineData("//double//slash/", "//double//slash/")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    [InlineData("/...", "/...")]
    [InlineData("/a/..b/.c", "/a/..b/.c")]
    [InlineData("/v1/../admin", "/admin")]
    [InlineData("/v1/%2e%2E/admin", "/admin")]
    [InlineData("/v1/.%2e/admin?q=1", "/admin?q=1")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/%2e/b%20c", "/a/b%20c")]
    [InlineData("/..", "/")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/../../a", "/a")]
    [InlineData("/%252e%252e/a", "/%252e%252e/a")]
    [InlineData("http://app.localhost/x?y", "/x?y")]
    [InlineData("http://app.localhost:80", "/")]
    [InlineData("http://app.localhost?y", "/?y")]
    [InlineData("http://app.localhost/v1/../admin", "/admin")]
    public void Read_Target_KeepsAllButDotSegments(string raw, string forwarded) => RequestTarget.Read(raw, raw)!.Value.Forwarded.ShouldBe(forwarded);

    [Theory]
    [InlineData("/v1/../admin", "/admin")]
    [InlineData("/v1/%2e%2e/ad%6Din", "/admin")]
    [InlineData("/v1/..%2fadmin", "/v1/..%2fadmin")]
    [InlineData("http://app.localhost/a%20b?x", "/a b")]
    public void Read_Target_MatchesTheDecodedPath(string raw, string path)
    {
        var read = RequestTarget.Read(raw, "/v1/..%2fadmin")!.Value;
        read.Path.ShouldBe(path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("/a b")]
    [InlineData("/a\r\nX: y")]
    [InlineData("/é")]
    [InlineData("app.localhost:443")]
    public void Read_NoPath_IsRefused(string raw) => RequestTarget.Read(raw, raw).ShouldBeNull();
}
