using System.Net;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Dns;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

public sealed class DnsChallengeTests
{
    private readonly MemoryTickets _tickets = new();

    [Fact]
    public async Task Present_AWildcardAndItsApex_StandSideBySide()
    {
        await using var dns = ScriptedDns.Start(1);
        var challenge = Challenge(dns, ("p", "", new ScriptedProvider("p", dns.Zone("example", 1))));
        var apex = await challenge.PresentAsync("example", "one", CancellationToken.None);
        var wildcard = await challenge.PresentAsync("*.example", "two", CancellationToken.None);
        (await challenge.WaitAsync(apex.Ticket!, CancellationToken.None))!.Outcome.ShouldBe(PropagationOutcome.Seen);
        (await challenge.WaitAsync(wildcard.Ticket!, CancellationToken.None))!.Outcome.ShouldBe(PropagationOutcome.Seen);
        (await challenge.RemoveAsync(apex.Ticket!, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await challenge.WaitAsync(wildcard.Ticket!, CancellationToken.None))!.Outcome.ShouldBe(PropagationOutcome.Seen);
        _tickets.All.ShouldBe([wildcard.Ticket!]);
        wildcard.Ticket!.RecordId.ShouldBe("id");
    }

    [Fact]
    public async Task Present_ANameHandedToAnotherZone_UsesThatZonesProvider()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1).Alias("_acme-challenge.www.example", "www.acme.other");
        var other = new ScriptedProvider("other", dns.Zone("acme.other", 2));
        var challenge = Challenge(dns, ("example", "example", new ScriptedProvider("example")), ("other", "acme.other", other));
        var change = await challenge.PresentAsync("www.example", "value", CancellationToken.None);
        change.Ticket!.Name.ShouldBe("www.acme.other");
        other.Calls.ShouldBe(["add www.acme.other value"]);
        (await challenge.WaitAsync(change.Ticket!, CancellationToken.None))!.Outcome.ShouldBe(PropagationOutcome.Seen);
    }

    [Fact]
    public async Task Present_WithoutAProviderForTheZone_SaysWhichZone()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1).Alias("_acme-challenge.www.example", "www.acme.other");
        dns.Zone("acme.other", 2);
        var challenge = Challenge(dns, ("example", "example", new ScriptedProvider("example")));
        var change = await challenge.PresentAsync("www.example", "value", CancellationToken.None);
        change.Problem!.Text.ShouldBe("It is an alias of www.acme.other, and no DNS provider is configured for that zone.");
        change.Ticket.ShouldBeNull();
        _tickets.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Present_WhereTheNameCannotBeAsked_GoesOn()
    {
        await using var dns = ScriptedDns.Start(1);
        dns[ScriptedDns.Resolver].Manner = (_, _) => [];
        var provider = new ScriptedProvider("p");
        (await Challenge(dns, ("p", "", provider)).PresentAsync("www.example", "value", CancellationToken.None)).Succeeded.ShouldBeTrue();
        provider.Calls.ShouldBe(["add _acme-challenge.www.example value"]);
    }

    [Fact]
    public async Task Present_AliasesInACircle_AreRefusedBeforeAnythingIsDone()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Alias("_acme-challenge.example", "_acme-challenge.example");
        var provider = new ScriptedProvider("p");
        (await Challenge(dns, ("p", "", provider)).PresentAsync("example", "value", CancellationToken.None)).Problem!.Text.ShouldContain("circle");
        provider.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Present_TheTicket_IsKeptBeforeTheValueIsAdded()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1);
        var provider = new ScriptedProvider("p");
        var before = Items<DnsRecordTicket>.Empty;
        provider.OnAdd = ticket =>
        {
            before = _tickets.All;
            return new DnsChange(ticket);
        };
        var change = await Challenge(dns, ("p", "", provider)).PresentAsync("example", "value", CancellationToken.None);
        before.ShouldBe([change.Ticket!]);
    }

    [Fact]
    public async Task Present_ATicketThatCannotBeKept_AddsNothing()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1);
        var provider = new ScriptedProvider("p");
        _tickets.Full = ScriptedProvider.Broken;
        (await Challenge(dns, ("p", "", provider)).PresentAsync("example", "value", CancellationToken.None)).Problem.ShouldBe(ScriptedProvider.Broken);
        provider.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Present_AfterAFailure_TheValueIsTakenOutUnlessItCannotBeThere(bool mayHaveChanged, int removals)
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1);
        var provider = new ScriptedProvider("p") { OnAdd = ticket => new DnsChange(ticket, ScriptedProvider.Broken) { MayHaveChanged = mayHaveChanged } };
        var change = await Challenge(dns, ("p", "", provider)).PresentAsync("example", "value", CancellationToken.None);
        change.Problem.ShouldBe(ScriptedProvider.Broken);
        provider.Calls.Count(call => call.StartsWith("remove", StringComparison.Ordinal)).ShouldBe(removals);
        _tickets.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sweep_WhatAnEarlierProcessLeft_IsTakenOutAndWhatCannotBeStays()
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        zone.Txt("_acme-challenge.example", "left");
        zone.Txt("_acme-challenge.example", "somebody else's");
        DnsRecordTicket left = new("p", "_acme-challenge.example", "left", DateTimeOffset.UnixEpoch), stuck = left with { Provider = "broken" }, lost = left with { Provider = "gone" };
        foreach (var ticket in new[] { left, stuck, lost }) await _tickets.KeepAsync(ticket, CancellationToken.None);
        var broken = new ScriptedProvider("broken") { OnRemove = ticket => new DnsChange(ticket, ScriptedProvider.Broken) };
        var failed = await Challenge(dns, ("p", "example", new ScriptedProvider("p", zone)), ("broken", "", broken)).SweepAsync(CancellationToken.None);
        failed.Select(change => change.Ticket!.Provider).Order().ShouldBe(["broken", "gone"]);
        _tickets.All.Select(ticket => ticket.Provider).Order().ShouldBe(["broken", "gone"]);
        zone.Find(DnsName.Of("_acme-challenge.example"), DnsType.TXT).Single().Data.ShouldBe(TxtData.Of("somebody else's"));
    }

    [Fact]
    public void Ticket_AsJson_ComesBackWhole()
    {
        var ticket = new DnsRecordTicket("p", "_acme-challenge.example", "-v_", DateTimeOffset.UnixEpoch, "example", "id");
        DnsRecordTicket.FromJson(ticket.ToJson()).ShouldBe(ticket);
        DnsRecordTicket.FromJson((ticket with { Zone = null, RecordId = null }).ToJson()).ShouldBe(ticket with { Zone = null, RecordId = null });
        DnsRecordTicket.FromJson("{}").ShouldBeNull();
        DnsRecordTicket.FromJson("nonsense").ShouldBeNull();
    }

    [Theory]
    [InlineData("a.sub.example", "sub")]
    [InlineData("sub.example", "sub")]
    [InlineData("notsub.example", "example")]
    [InlineData("example", "example")]
    [InlineData("other", "rest")]
    public void Table_SeveralProviders_TheLongestZoneDecides(string name, string provider) =>
        Table(("rest", "", new ScriptedProvider("rest")), ("example", "example", new ScriptedProvider("example")), ("sub", "sub.example", new ScriptedProvider("sub")))
            .For(DnsName.Of(name))!.Name.ShouldBe(provider);

    [Fact]
    public void Table_NoZoneFits_NoProvider() => Table(("a", "a.example", new ScriptedProvider("a"))).For(DnsName.Of("b.example")).ShouldBeNull();

    [Fact]
    public void Record_OfANameAndItsWildcard_IsTheSame()
    {
        ChallengeRecord.NameFor("*.example.org").Value.ShouldBe(DnsName.Of("_acme-challenge.example.org"));
        ChallengeRecord.NameFor("example.org").Value.ShouldBe(DnsName.Of("_acme-challenge.example.org"));
        var label = new string('a', 60);
        ChallengeRecord.NameFor($"{label}.{label}.{label}.{label}").Problem.Text.ShouldContain("longer");
    }

    [Fact]
    public void Record_Value_IsTheDigestOfTheKeyAuthorization() =>
        // printf %s 'token.thumbprint' | openssl dgst -sha256 -binary | basenc --base64url
        ChallengeRecord.ValueFor("token.thumbprint").ShouldBe("61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I");

    private DnsChallenge Challenge(ScriptedDns dns, params (string Name, string Zone, IDnsProvider Provider)[] providers)
    {
        var client = new DnsClient(TimeProvider.System, ScriptedDns.Quick);
        var resolver = new DnsResolver(client, [dns.ResolverServer]);
        var lookup = AuthoritativeLookup.Create(dns.Options, TimeProvider.System);
        return new DnsChallenge(Table(providers), lookup, new Propagation(lookup, resolver, TimeProvider.System), _tickets, TimeProvider.System);
    }

    private static DnsProviderTable Table(params (string Name, string Zone, IDnsProvider Provider)[] providers) => new(providers.Select(entry =>
        ((DnsProviderOptions)new Rfc2136ProviderOptions(entry.Name, entry.Zone.Length == 0 ? [] : [DnsName.Of(entry.Zone)], new DnsEndPoint("127.0.0.1", 53), null), entry.Provider)));
}
