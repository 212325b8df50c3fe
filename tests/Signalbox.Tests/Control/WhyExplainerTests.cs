using Signalbox.Model.Wire;

namespace Signalbox.Tests.Control;

public sealed class WhyExplainerTests
{
    [Fact]
    public async Task Why_OfALiveRoute_WalksTheWholeWay()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        await rig.AddAsync("app.localhost", ControlRig.Url(backend));
        await rig.UntilAsync("app.localhost", RouteStates.Live);
        var why = rig.Why.Explain("https://app.localhost:8443/x/y?z");
        why.Verdict.ShouldBe(RouteStates.Live);
        why.Steps.Select(step => step.Step).ShouldBe(["listener", "host", "path", "owner", "certificate", "proof", "backend"]);
        why.Steps.ShouldAllBe(step => step.Outcome == "ok");
    }

    [Fact]
    public async Task Why_OfANameNobodyHas_NamesTheNearestAndAWayOut()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("shop.localhost", "http://127.0.0.1:1");
        var why = rig.Why.Explain("https://shpo.localhost:8443");
        why.Verdict.ShouldBe("no-route");
        why.Steps[^1].Detail.ShouldContain("shop.localhost");
        why.Advice!.ShouldContain("Did you mean shop.localhost");
    }

    [Fact]
    public async Task Why_OfTheWrongPort_SaysTheRightOne()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("shop.localhost", "http://127.0.0.1:1");
        rig.Why.Explain("https://shop.localhost/").Advice!.ShouldContain(":8443");
    }

    [Fact]
    public async Task Why_OfAPathUnderNoPrefix_SaysWhichPrefixesThereAre()
    {
        await using var rig = await ControlRig.StartAsync();
        var claim = new ClaimRequest { Hosts = ["shop.localhost"], Path = "/v1", Backends = ["1"] }.Validate(Signalbox.Model.ClaimLife.Lasting).Value!;
        await rig.Writer.WriteAsync(new Signalbox.Control.Writing.AdmitWish(claim, false, true));
        var why = rig.Why.Explain("shop.localhost/v10");
        why.Verdict.ShouldBe("no-route");
        why.Steps[^1].ShouldBe(new WhyStep("path", "failed", "/v10 lies under none of /v1"));
        rig.Why.Explain("shop.localhost/v1/x").Verdict.ShouldNotBe("no-route");
    }

    [Fact]
    public async Task Why_OfAWildcard_SaysSo()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("*.shop.localhost", "http://127.0.0.1:1");
        rig.Why.Explain("a.shop.localhost").Steps.ShouldContain(step => step.Detail.Contains("wildcard *.shop.localhost"));
        rig.Why.Explain("a.b.shop.localhost").Verdict.ShouldBe("no-route");
    }

    /// <summary>The advice was to go to the wildcard itself, where nobody can go.</summary>
    [Fact]
    public async Task Why_OfANameUnderAWildcard_NamesThatNameInItsAdvice()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("*.shop.localhost", "http://127.0.0.1:1");
        await rig.AddAsync("*.example.com", "http://127.0.0.1:1");
        rig.Why.Explain("http://a.shop.localhost:8080").Steps.ShouldContain(step => step.Detail == "http is sent to https://a.shop.localhost:8443 by 308");
        rig.Why.Explain("https://a.example.com:8443").Advice!.ShouldStartWith("Use http://a.example.com:8080,");
    }

    [Fact]
    public async Task Why_OfAPathTheHostLacks_GoesOnToTheWildcardAsTheRouterDoes()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("*.shop.localhost", "http://127.0.0.1:1");
        var claim = new ClaimRequest { Hosts = ["a.shop.localhost"], Path = "/v1", Backends = ["1"] }.Validate(Signalbox.Model.ClaimLife.Lasting).Value!;
        await rig.Writer.WriteAsync(new Signalbox.Control.Writing.AdmitWish(claim, false, true));
        var why = rig.Why.Explain("a.shop.localhost/other");
        why.Route!.Host.ShouldBe("*.shop.localhost");
    }

    [Theory]
    [InlineData("ftp://x.localhost")]
    [InlineData("https://a_b.localhost")]
    [InlineData("https://")]
    public async Task Why_OfNoUrl_IsInvalidWithAdvice(string text)
    {
        await using var rig = await ControlRig.StartAsync();
        var why = rig.Why.Explain(text);
        why.Verdict.ShouldBe("invalid");
        why.Advice.ShouldNotBeNull();
    }
}
