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
        rig.Why.Explain("https://a.example.com:8443").Advice!.ShouldStartWith("Use http://a.example.com:8080 ");
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

    /// <summary>“No certificate can be had for this name” was said of names whose certificate was being had, and the advice was to use a local name.</summary>
    [Theory]
    [InlineData("wanted", null, "It is this name's turn.")]
    [InlineData("checking", null, "The name is looked at.")]
    [InlineData("ordering", "The last try failed: refused.", "The order is at the CA.")]
    [InlineData("validating", null, "The CA looks whether the name is ours.")]
    [InlineData("failed", "ca.example refused: no.", "The next try is at 2026-03-31 13:00:00 UTC.")]
    [InlineData("paused", "The limit is used up.", "The next try is at 2026-03-31 13:00:00 UTC.")]
    public async Task Why_OfANameWithoutItsCertificateYet_TellsStateReasonAndNextStep(string state, string? reason, string next)
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("www.example.com", "http://127.0.0.1:1");
        rig.Describe = host => new CertificateReport(host, "-", state, null, next, reason);
        var why = rig.Why.Explain("https://www.example.com:8443/x");
        Certificate(why).ShouldBe(new WhyStep("certificate", "warning", reason is null ? $"{state}: {next}" : $"{state}: {reason} {next}"));
        why.Advice.ShouldBe("Use http://www.example.com:8080 until there is one; `signalbox cert show www.example.com` tells more.");
        rig.Why.Explain("http://www.example.com:8080/x").Advice.ShouldNotBe(why.Advice);
    }

    [Fact]
    public async Task Why_OfANameNobodySignsFor_SaysThatNoneCanBeHad()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("www.example.com", "http://127.0.0.1:1");
        rig.Describe = host => new CertificateReport(host, "local authority", "unavailable", null, "Use another.", "The root may not sign for this name.");
        var why = rig.Why.Explain("https://www.example.com:8443");
        Certificate(why).ShouldBe(new WhyStep("certificate", "warning", "no certificate can be had for this name; it is served over http. The root may not sign for this name."));
        why.Advice.ShouldBe("Use http://www.example.com:8080, or a name under one of the base domains.");
    }

    /// <summary>What is wrong with the successor of a certificate in use was told by <c>certs</c> alone.</summary>
    [Theory]
    [InlineData("issued", null, "Renewed in May.", "ok", "issued, from Test CA, until 2026-05-30 12:00 UTC")]
    [InlineData("issued", "The renewal failed: no.", "The next try is in May.", "warning", "issued, from Test CA, until 2026-05-30 12:00 UTC. The renewal failed: no. The next try is in May.")]
    [InlineData("valid", "What was given last is not used.", "Your own.", "warning", "valid, from Test CA, until 2026-05-30 12:00 UTC. What was given last is not used. Your own.")]
    [InlineData("renewing", "The one in use is good.", "A new one is being had.", "ok", "renewing, from Test CA, until 2026-05-30 12:00 UTC. A new one is being had.")]
    [InlineData("revoking", "The one in use is good.", "The CA is asked.", "ok", "revoking, from Test CA, until 2026-05-30 12:00 UTC. The CA is asked.")]
    [InlineData("failed", "ca.example refused: no.", "The next try is in May.", "warning", "failed: the last one, from Test CA, ended at 2026-05-30 12:00 UTC. ca.example refused: no. The next try is in May.")]
    [InlineData("expired", null, "It does not renew itself.", "warning", "expired: the last one, from Test CA, ended at 2026-05-30 12:00 UTC. It does not renew itself.")]
    public async Task Why_OfANameWithACertificate_TellsHowItStands(string state, string? reason, string next, string outcome, string detail)
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("app.localhost", "http://127.0.0.1:1");
        rig.Describe = host => new CertificateReport(host, "Test CA", state, new DateTimeOffset(2026, 5, 30, 12, 0, 0, TimeSpan.Zero), next, reason);
        Certificate(rig.Why.Explain("https://app.localhost:8443")).ShouldBe(new WhyStep("certificate", outcome, detail));
    }

    [Fact]
    public async Task Why_WithoutAnHttpsListener_SaysThatAndNotThatThereIsNoCertificate()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("app.localhost", "http://127.0.0.1:1");
        rig.Listeners.All = [new ListenerReport("127.0.0.1", 8080, "http")];
        Certificate(rig.Why.Explain("https://app.localhost")).ShouldBe(new WhyStep("certificate", "warning", "it is served over http, as there is no https listener"));
    }

    private static WhyStep Certificate(WhyReport why) => why.Steps.Single(step => step.Step == "certificate");
}
