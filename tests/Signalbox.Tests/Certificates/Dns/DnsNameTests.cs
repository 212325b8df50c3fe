using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Tests.Certificates.Dns;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("Example.ORG", "example.org")]
    [InlineData("example.org.", "example.org")]
    [InlineData("_acme-challenge.a-b.example", "_acme-challenge.a-b.example")]
    [InlineData("*.example.org", "*.example.org")]
    [InlineData(".", ".")]
    [InlineData("a\\.b.example", "a\\.b.example")]
    [InlineData("\\000\\255x", "\\000\\255x")]
    [InlineData("\\065", "a")]
    public void Parse_AName_IsKeptInOneForm(string text, string kept) => DnsName.Parse(text).Value!.Text.ShouldBe(kept);

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("ä.example")]
    [InlineData("a\\256")]
    [InlineData("a\\25")]
    [InlineData("a\\")]
    public void Parse_NoName_IsRefused(string text) => DnsName.Parse(text).Succeeded.ShouldBeFalse();

    [Fact]
    public void Parse_Lengths_AreHeldTo()
    {
        var label = new string('a', 63);
        DnsName.Parse(label).Succeeded.ShouldBeTrue();
        DnsName.Parse(label + "a").Succeeded.ShouldBeFalse();

        // Three labels of 64 octets with their lengths, one of 62, and the root's: 255.
        DnsName.Parse($"{label}.{label}.{label}.{label[2..]}").Value!.WireLength.ShouldBe(255);
        DnsName.Parse($"{label}.{label}.{label}.{label[1..]}").Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void IsWithin_AtLabelBoundaries_Only()
    {
        var zone = DnsName.Of("example.org");
        DnsName.Of("a.EXAMPLE.org").IsWithin(zone).ShouldBeTrue();
        zone.IsWithin(zone).ShouldBeTrue();
        zone.IsWithin(DnsName.Root).ShouldBeTrue();
        DnsName.Of("anexample.org").IsWithin(zone).ShouldBeFalse();
        DnsName.Of("org").IsWithin(zone).ShouldBeFalse();
        DnsName.Of("a\\.example.org").IsWithin(zone).ShouldBeFalse();
    }

    [Fact]
    public void Parent_OfTheRoot_IsTheRoot()
    {
        DnsName.Of("a.b").Parent.ShouldBe(DnsName.Of("b"));
        DnsName.Of("b").Parent.ShouldBe(DnsName.Root);
        DnsName.Root.Parent.ShouldBe(DnsName.Root);
    }
}
