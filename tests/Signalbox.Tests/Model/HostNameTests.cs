using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("App.LocalHost", "app.localhost")]
    [InlineData("app.localhost.", "app.localhost")]
    [InlineData("  app.localhost  ", "app.localhost")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("*.App.localhost", "*.app.localhost")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("a-b.c1", "a-b.c1")]
    public void Parse_ValidName_IsNormalised(string text, string expected) => HostName.Parse(text).Value.ShouldBe(expected);

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("", "missing")]
    [InlineData("...", "empty")]
    [InlineData("a..b", "empty label")]
    [InlineData(".a", "empty label")]
    [InlineData("feature/foo.localhost", "slash")]
    [InlineData("https://a.localhost", "URL")]
    [InlineData("a.localhost:8443", "port")]
    [InlineData("my_app.localhost", "underscore")]
    [InlineData("-a.localhost", "hyphen")]
    [InlineData("a-.localhost", "hyphen")]
    [InlineData("a b.localhost", "character")]
    [InlineData("a*.localhost", "wildcard")]
    [InlineData("*.*.localhost", "wildcard")]
    [InlineData("*.", "wildcard")]
    public void Parse_InvalidName_SaysWhat(string? text, string word)
    {
        var outcome = HostName.Parse(text);
        outcome.Succeeded.ShouldBeFalse();
        outcome.Problem.Type.ShouldBe(ProblemType.InvalidHost);
        outcome.Problem.Text.ShouldContain(word, Case.Insensitive);
        outcome.Problem.Advice.ShouldNotBeNull();
    }

    [Fact]
    public void Parse_LabelOf63And64_OnlyTheFirstIsAName()
    {
        HostName.Parse(new string('a', 63) + ".localhost").Succeeded.ShouldBeTrue();
        HostName.Parse(new string('a', 64) + ".localhost").Problem.Text.ShouldContain("64 characters");
    }

    [Fact]
    public void Parse_NameOf253And254_OnlyTheFirstIsAName()
    {
        var long253 = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".a";
        long253.Length.ShouldBe(253);
        HostName.Parse(long253).Succeeded.ShouldBeTrue();
        HostName.Parse(long253 + "b").Problem.Text.ShouldContain("254 characters");
    }

    [Theory]
    [InlineData("a.localhost", "localhost", true)]
    [InlineData("localhost", "localhost", true)]
    [InlineData("notlocalhost", "localhost", false)]
    [InlineData("localhost.evil.example", "localhost", false)]
    public void IsWithin_LooksAtLabelBoundaries(string host, string suffix, bool within) => HostName.IsWithin(host, suffix).ShouldBe(within);
}
