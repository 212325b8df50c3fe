using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Dns;

/// <summary>Sets of records as <c>tag value</c>, one a line; a "!" before the tag marks it critical.</summary>
public sealed class CaaPolicyTests
{
    [Theory]
    [InlineData("", true, true)]
    [InlineData("issue ca.example", true, true)]
    [InlineData("ISSUE CA.Example", true, true)]
    [InlineData("issue other.example", false, false)]
    [InlineData("issue other.example\nissue ca.example", true, true)]
    [InlineData("issue ;", false, false)]
    [InlineData("issue ", false, false)]
    [InlineData("issuewild ;", true, false)]
    [InlineData("issuewild ca.example", true, true)]
    [InlineData("issue ;\nissuewild ca.example", false, true)]
    [InlineData("issue ca.example\nissuewild ;", true, false)]
    [InlineData("iodef mailto:a@example.org", true, true)]
    [InlineData("!iodef mailto:a@example.org", true, true)]
    [InlineData("!unknown x", false, false)]
    [InlineData("unknown x", true, true)]
    [InlineData("issue ca.example\n!tbs Unknown", false, false)]
    [InlineData("issue %%%%%", false, false)]
    [InlineData("issue ca.example; accounturi=https://ca.example/acct/1", true, true)]
    [InlineData("issue ca.example; accounturi=https://ca.example/acct/2", false, false)]
    [InlineData("issue ca.example; accounturi=https://ca.example/acct/1; accounturi=https://ca.example/acct/1", false, false)]
    [InlineData("issue ca.example; validationmethods=dns-01", true, true)]
    [InlineData("issue ca.example;validationmethods = http-01,dns-01 ;", true, true)]
    [InlineData("issue ca.example; validationmethods=http-01", false, false)]
    [InlineData("issue ca.example; validationmethods=", false, false)]
    [InlineData("issue ca.example; unknown=parameter", true, true)]
    [InlineData("issue ca.example; validationmethods", false, false)]
    [InlineData("issue ca.example; a b=c", false, false)]
    [InlineData("issue letsencrypt.example", true, true)]
    public void Objection_ForNameAndWildcard_IsAsTheRfcHasIt(string set, bool name, bool wildcard)
    {
        var records = set.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Record).ToList();
        (CaaPolicy.Objection(records, Wish(false)) is null).ShouldBe(name);
        (CaaPolicy.Objection(records, Wish(true)) is null).ShouldBe(wildcard);
    }

    [Fact]
    public void Objection_WhatIsNotKnownYet_IsNotHeldAgainstUs()
    {
        CaaData[] set = [Record("issue ca.example; accounturi=https://ca.example/acct/2; validationmethods=http-01")];
        CaaPolicy.Objection(set, Wish(false) with { AccountUri = null, Methods = [] }).ShouldBeNull();
        CaaPolicy.Objection(set, Wish(false) with { AccountUri = null }).ShouldBe(set[0]);
        CaaPolicy.Objection(set, Wish(false) with { Methods = [] }).ShouldBe(set[0]);
    }

    private static CaaWish Wish(bool wildcard) => new(["ca.example", "letsencrypt.example"], wildcard, "https://ca.example/acct/1", ["dns-01"]);

    private static CaaData Record(string line)
    {
        var parts = line.TrimStart('!').Split(' ', 2);
        return new CaaData(line[0] == '!' ? (byte)128 : (byte)0, parts[0], parts[1]);
    }
}
