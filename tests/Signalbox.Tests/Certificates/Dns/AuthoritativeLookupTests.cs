using System.Net;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Tests.Certificates.Dns;

public sealed class AuthoritativeLookupTests
{
    [Fact]
    public async Task LookUp_AName_AsksEachServerOfItsZone()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1, 2).Txt("www.example", "new");
        dns.Zone("org", 2);
        var answer = await LookUp(dns, "www.example", DnsType.TXT);
        answer.Kind.ShouldBe(DnsAnswerKind.Records);
        answer.Zone!.Name.ShouldBe(DnsName.Of("example"));
        answer.Replies.Select(reply => (reply.Server.Name, reply.Evidence.Said)).ShouldBe([("ns1.example", "\"new\""), ("ns2.example", "no such name (NXDOMAIN)")]);
        answer.Evidence.ShouldContain(each => each.Server == "ns2.example" && each.Address == $"127.0.0.2:{dns.Port}" && each.Name == "www.example" && each.Type == "TXT");
        dns.Asked.Where(asked => !asked.Server.Equals(ScriptedDns.Resolver)).ShouldAllBe(asked => !asked.Query.Header.RecursionDesired);
    }

    [Fact]
    public async Task LookUp_ADelegatedName_AsksTheZoneBelow()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1);
        dns.Zone("sub.example", 2).Txt("a.b.sub.example", "below");
        var answer = await LookUp(dns, "a.b.sub.example", DnsType.TXT);
        answer.Zone!.Name.ShouldBe(DnsName.Of("sub.example"));
        answer.Said.ShouldBe("a.b.sub.example TXT is \"below\".");
    }

    [Fact]
    public async Task LookUp_AliasesAcrossZones_AreFollowedToTheLastOnesServers()
    {
        await using var dns = ScriptedDns.Start(1, 2, 3);
        dns.Zone("example", 1).Alias("a.example", "b.other");
        dns.Zone("other", 2).Alias("b.other", "c.third");
        dns.Zone("third", 3).Txt("c.third", "there");

        // A server's word about another zone is not taken: here the first one's copy is old.
        var stale = new ScriptedZone(DnsName.Of("other"));
        stale.Txt("b.other", "stale");
        dns[1].Zones.Add(stale);
        var answer = await LookUp(dns, "a.example", DnsType.TXT);
        answer.Path.Select(name => name.Text).ShouldBe(["a.example", "b.other", "c.third"]);
        answer.Data.ShouldBe([TxtData.Of("there")]);
    }

    [Fact]
    public async Task LookUp_AnAliasOneServerDoesNotKnow_KeepsThatServersAnswer()
    {
        await using var dns = ScriptedDns.Start(1, 2, 3);
        dns.Zone("example", 1, 2).Alias("a.example", "b.other");
        dns.Zone("other", 3).Txt("b.other", "there");
        var answer = await LookUp(dns, "a.example", DnsType.TXT);
        answer.Replies.Select(reply => (reply.Server.Name, reply.Kind)).ShouldBe([("ns2.example", DnsAnswerKind.NoName), ("ns1.other", DnsAnswerKind.Records)]);
    }

    [Fact]
    public async Task LookUp_AliasesInACircle_AreAnError()
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        zone.Alias("a.example", "b.example");
        zone.Alias("b.example", "a.example");
        var answer = await LookUp(dns, "a.example", DnsType.TXT);
        answer.Kind.ShouldBe(DnsAnswerKind.Error);
        answer.Said.ShouldBe("The aliases of a.example lead in a circle: a.example → b.example → a.example.");
    }

    [Fact]
    public async Task LookUp_AliasesWithoutEnd_AreAnError()
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        for (var i = 0; i < 20; i++) zone.Alias($"a{i}.example", $"a{i + 1}.example");
        var answer = await LookUp(dns, "a0.example", DnsType.TXT);
        answer.Kind.ShouldBe(DnsAnswerKind.Error);
        answer.Path.Count.ShouldBe(9);
    }

    [Fact]
    public async Task LookUp_NameAndTypeMissing_AreToldApart()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt("a.example", "x");
        (await LookUp(dns, "a.example", DnsType.AAAA)).Kind.ShouldBe(DnsAnswerKind.NoRecords);
        (await LookUp(dns, "b.example", DnsType.AAAA)).Kind.ShouldBe(DnsAnswerKind.NoName);
    }

    [Fact]
    public async Task LookUp_SilentLameAndBrokenServers_SayNothingAboutTheName()
    {
        await using var dns = ScriptedDns.Start(1, 2, 3);
        dns.Zone("example", 1, 2, 3);
        dns[1].Manner = (_, _) => [];
        dns[2].Manner = (query, _) => [DnsCodec.Encode(query with { Header = query.Header with { IsResponse = true } })];
        dns[3].Manner = (query, _) => [DnsCodec.Encode(query with { Header = query.Header with { IsResponse = true, Rcode = DnsRcode.Refused } })];
        var answer = await LookUp(dns, "a.example", DnsType.TXT);
        answer.Kind.ShouldBe(DnsAnswerKind.CouldNotAsk);
        answer.Replies.Select(reply => reply.Kind).ShouldBe([DnsAnswerKind.CouldNotAsk, DnsAnswerKind.Lame, DnsAnswerKind.Error]);
        answer.Said.ShouldBe("No server of example could be asked for a.example TXT.");
    }

    [Fact]
    public async Task LookUp_ResolverDown_CouldNotAskAndSaysWhy()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1);
        dns[ScriptedDns.Resolver].Manner = (_, _) => [];
        var answer = await LookUp(dns, "a.example", DnsType.TXT);
        answer.Kind.ShouldBe(DnsAnswerKind.CouldNotAsk);
        answer.Said.ShouldContain("no answer within");
        answer.Evidence.ShouldHaveSingleItem().Answered.ShouldBeFalse();
    }

    [Fact]
    public async Task LookUp_AServerWithADeadAddress_IsAskedAtItsNext()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1).Txt("a.example", "there");
        dns[ScriptedDns.Resolver].Zones.Single().Add("ns1.example", DnsType.A, new AddressData(IPAddress.Parse("127.0.0.2")));
        dns[2].Zones.Add(dns[1].Zones.Single());
        dns[1].Manner = (_, _) => [];
        var answer = await LookUp(dns, "a.example", DnsType.TXT);
        answer.Replies.ShouldHaveSingleItem().Kind.ShouldBe(DnsAnswerKind.Records);
        answer.Evidence.Where(each => each.Server == "ns1.example").Select(each => each.Answered).ShouldBe([false, true]);
    }

    private static Task<AuthoritativeAnswer> LookUp(ScriptedDns dns, string name, DnsType type) =>
        AuthoritativeLookup.Create(dns.Options, TimeProvider.System).LookUpAsync(DnsName.Of(name), type, CancellationToken.None);
}
