using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Tests.Certificates.Dns;

public sealed class CaaCheckTests
{
    [Fact]
    public async Task Check_RecordsOfTheNearestName_Decide()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("tld", 1).Caa("tld", "issue", "nobody.example");
        var zone = dns.Zone("example.tld", 1);
        zone.Caa("example.tld", "issue", "other.example");
        zone.Caa("good.example.tld", "issue", "ca.example");
        (await Check(dns, "a.b.good.example.tld")).Outcome.ShouldBe(CaaOutcome.Allows);
        var verdict = await Check(dns, "a.example.tld");
        verdict.Outcome.ShouldBe(CaaOutcome.Forbids);
        verdict.Said.ShouldBe("example.tld CAA 0 issue \"other.example\"");
        verdict.Evidence.ShouldContain(each => each.Name == "example.tld" && each.Type == "CAA" && each.Said == "0 issue \"other.example\"");
    }

    [Fact]
    public async Task Check_NoRecordsAnywhere_Allows()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("tld", 1);
        dns.Zone("example.tld", 1);
        var verdict = await Check(dns, "a.example.tld");
        verdict.Outcome.ShouldBe(CaaOutcome.Allows);
        verdict.At.ShouldBeNull();
    }

    [Fact]
    public async Task Check_AnAlias_IsFollowedButNotClimbedFrom()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("tld", 1);
        var other = dns.Zone("other.tld", 1);
        other.Caa("other.tld", "issue", "nobody.example");
        other.Caa("strict.other.tld", "issue", "nobody.example");
        other.Txt("free.other.tld", "there");
        var zone = dns.Zone("example.tld", 1);
        zone.Alias("a.example.tld", "free.other.tld");
        zone.Alias("b.example.tld", "strict.other.tld");
        (await Check(dns, "a.example.tld")).Outcome.ShouldBe(CaaOutcome.Allows);
        (await Check(dns, "b.example.tld")).Outcome.ShouldBe(CaaOutcome.Forbids);
    }

    [Fact]
    public async Task Check_ServersThatCannotBeAsked_HoldNothingBack()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("tld", 1).Caa("tld", "issue", "nobody.example");
        dns[1].Manner = (_, _) => [];
        (await Check(dns, "a.tld")).Outcome.ShouldBe(CaaOutcome.CouldNotAsk);
    }

    [Fact]
    public async Task Check_ServersThatDisagree_AreNoClearNo()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("tld", 1);
        dns.Zone("example.tld", 1, 2).Caa("example.tld", "issue", "nobody.example");
        var verdict = await Check(dns, "example.tld");
        verdict.Outcome.ShouldBe(CaaOutcome.Allows);
        verdict.Said.ShouldBe("The servers disagree about example.tld CAA.");
    }

    private static Task<CaaVerdict> Check(ScriptedDns dns, string name) =>
        new CaaCheck(AuthoritativeLookup.Create(dns.Options, TimeProvider.System)).CheckAsync(DnsName.Of(name), new CaaWish(["ca.example"], false, null, []), CancellationToken.None);
}
