using Signalbox.Model;

namespace Signalbox.Tests.Model;

public sealed class NamingTests
{
    [Fact]
    public void Id_OfAnOwner_IsItsSourceAndTenDigitsOfItsKey()
    {
        Naming.Id(new Owner(Owner.Site, "app.localhost")).ShouldBe("sb-site-" + Naming.Hash("app.localhost"));
        Naming.Id(new Owner(Owner.Site, " app.localhost ")).ShouldBe(Naming.Id(new Owner(Owner.Site, "app.localhost")));

        // The first digits of SHA-256("abc"), FIPS 180-2 B.1.
        Naming.Hash("abc").ShouldBe("ba7816bf8f");
    }

    [Fact]
    public void Owners_OfDifferentThings_Differ()
    {
        Owner[] owners =
        [
            Naming.DevOwner("p", "a.localhost", "1"), Naming.DevOwner("p", "a.localhost", "2"), Naming.DevOwner("q", "a.localhost", "1"), Naming.DevOwner("p", "b.localhost", "1"),
            Naming.RouteOwner("a.localhost", "/"), Naming.RouteOwner("a.localhost", "/v1"), Naming.RouteOwner("b.localhost", "/"),
            Naming.FileOwner("one.yaml", "a.localhost", "/"), Naming.FileOwner("two.yaml", "a.localhost", "/"), Naming.FileOwner("one.yaml", "a.localhost", "/v1"),
        ];
        owners.Distinct().Count().ShouldBe(owners.Length);
        owners.Select(Naming.Id).Distinct().Count().ShouldBe(owners.Length);
        owners.ShouldAllBe(owner => Owner.Parse(owner.ToString()) == owner);
    }

    [Fact]
    public void Slug_OfALongText_IsCutToOneLabelAndStaysApart()
    {
        var one = Naming.Slug(new string('a', 80) + "1");
        var two = Naming.Slug(new string('a', 80) + "2");
        (one.Length, two.Length).ShouldBe((63, 63));
        one.ShouldNotBe(two);
        Naming.Slug("Feature/ÄÖ Login!").ShouldBe("feature-login");
    }

    [Fact]
    public void DevHost_NothingLeftOfTheName_IsRefused()
    {
        Naming.DevHost("日本", "main", null, "localhost").Problem.Type.ShouldBe(ProblemType.InvalidHost);
        Naming.DevHost("shop", "main", "!!", "localhost").Problem.Subject.ShouldBe("!!");
        Naming.DevHost("shop", null, null, "localhost").Value.ShouldBe("shop.localhost");
    }

    [Theory]
    [InlineData("app.localhost", "app.localhost")]
    [InlineData("::1", "--1")]
    public void FileName_OfAPlainName_IsTheName(string host, string expected) => Naming.FileName(host).ShouldBe(expected);

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void FileName_OfAnythingElse_NeverLeavesItsDirectory(string host)
    {
        var name = Naming.FileName(host);
        Path.GetFileName(name).ShouldBe(name);
        name.ShouldNotStartWith(".");
        name.ShouldEndWith("~" + Naming.Hash(host));
    }
}
