using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class RoutePathTests
{
    [Theory]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("/v1", "/v1")]
    [InlineData("/v1/", "/v1")]
    [InlineData("/A/b-c_d~e", "/A/b-c_d~e")]
    public void Parse_Prefix_IsNormalised(string? text, string expected) => RoutePath.Parse(text).Value.ShouldBe(expected);

    [Theory]
    [InlineData("v1")]
    [InlineData("/v1//x")]
    [InlineData("//")]
    [InlineData("/a/../b")]
    [InlineData("/.")]
    [InlineData("/a b")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/*")]
    [InlineData("/ä")]
    [InlineData("/a\\b")]
    public void Parse_NoPrefix_IsRefused(string text) => RoutePath.Parse(text).Problem.Type.ShouldBe(ProblemType.InvalidPath);

    [Fact]
    public void Parse_LongestAndOneMore_OnlyTheFirstIsAPrefix()
    {
        RoutePath.Parse("/" + new string('a', RoutePath.MaxLength - 1)).Succeeded.ShouldBeTrue();
        RoutePath.Parse("/" + new string('a', RoutePath.MaxLength)).Problem.Text.ShouldContain("1025 characters");
    }

    [Theory]
    [InlineData("/", "/", true)]
    [InlineData("/", "/x", true)]
    [InlineData("/v1", "/v1", true)]
    [InlineData("/v1", "/v1/x", true)]
    [InlineData("/v1", "/v10", false)]
    [InlineData("/v1", "/V1", false)]
    [InlineData("/v1", "/", false)]
    public void Matches_OnlyAtSegmentBoundaries(string prefix, string path, bool matches) => RoutePath.Matches(prefix, path).ShouldBe(matches);
}
