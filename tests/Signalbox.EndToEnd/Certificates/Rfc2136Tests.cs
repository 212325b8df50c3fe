using System.Net;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Challenges.Dns01.Providers;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.EndToEnd.Support;
using Signalbox.Model;
using Signalbox.Store.Sqlite;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>Dynamic updates and look-ups against a real BIND.</summary>
public sealed class Rfc2136Tests
{
    private static readonly DnsRecordTicket Ticket = new("bind", "_acme-challenge.www.example.test", "one", DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("key256", "hmac-sha256", BindServer.Secret256, true)]
    [InlineData("key512", "hmac-sha512", BindServer.Secret512, false)]
    public async Task AddAndRemove_SeveralValuesOfOneName_EachByItself(string key, string algorithm, string secret, bool tcp)
    {
        await using var bind = await BindServer.StartAsync();
        var provider = Provider(bind, TsigKey.Parse(key, algorithm, secret).Value, tcp);
        var added = await provider.AddAsync(Ticket, CancellationToken.None);
        added.ShouldBe(new DnsChange(Ticket with { Zone = "example.test" }));
        (await provider.AddAsync(Ticket with { Value = "two" }, CancellationToken.None)).Succeeded.ShouldBeTrue();

        // Again: what is there already is no failure.
        (await provider.AddAsync(Ticket, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await ValuesAsync(bind)).ShouldBe(["one", "two"]);
        (await provider.RemoveAsync(added.Ticket!, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await ValuesAsync(bind)).ShouldBe(["two"]);
        (await provider.RemoveAsync(Ticket, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await provider.RemoveAsync(Ticket with { Value = "two" }, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await ValuesAsync(bind)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("key256", BindServer.Secret512, "BADSIG")]
    [InlineData("stranger", BindServer.Secret256, "BADKEY")]
    public async Task Add_WithAKeyTheServerDoesNotAccept_SaysWhy(string key, string secret, string word)
    {
        await using var bind = await BindServer.StartAsync();
        var change = await Provider(bind, TsigKey.Parse(key, "hmac-sha256", secret).Value).AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldContain(word);
        change.Problem.Text.ShouldContain(key);
        (await ValuesAsync(bind)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Add_WithAClockAnHourAhead_TellsTheDifference()
    {
        await using var bind = await BindServer.StartAsync();
        var change = await Provider(bind, Key, time: new ShiftedTime(TimeSpan.FromHours(1))).AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldMatch(@"The clocks differ by 3[56]\d\d s \(BADTIME\)");
    }

    [Fact]
    public async Task Add_WhatThePolicyDoesNotAllow_IsRefusedAndNothingIsChanged()
    {
        await using var bind = await BindServer.StartAsync();
        var provider = Provider(bind, Key);
        (await provider.AddAsync(Ticket with { Name = "_acme-challenge.policy.test" }, CancellationToken.None)).Succeeded.ShouldBeTrue();
        var change = await provider.AddAsync(Ticket with { Name = "_acme-challenge.other.policy.test" }, CancellationToken.None);
        change.Problem!.Text.ShouldContain("refused the update of policy.test: REFUSED.");
        change.MayHaveChanged.ShouldBeFalse();
    }

    [Fact]
    public async Task Add_ANameOfNoZoneOfTheServer_SaysSo()
    {
        await using var bind = await BindServer.StartAsync();
        var change = await Provider(bind, Key).AddAsync(Ticket with { Name = "_acme-challenge.example.info" }, CancellationToken.None);
        change.Problem!.Text.ShouldContain("has no zone this name is in");
    }

    [Fact]
    public async Task Add_UnsignedWhereAKeyIsAsked_IsRefused()
    {
        await using var bind = await BindServer.StartAsync();
        (await Provider(bind, null).AddAsync(Ticket, CancellationToken.None)).Problem!.Text.ShouldContain("REFUSED");
    }

    [Fact]
    public async Task Ask_MoreThanADatagramHolds_IsFetchedOverTcp()
    {
        await using var bind = await BindServer.StartAsync();
        var provider = Provider(bind, Key);
        var values = Enumerable.Range(0, 60).Select(i => $"{i:D3}-of-a-value-as-long-as-those-of-a-challenge").ToList();
        foreach (var value in values) (await provider.AddAsync(Ticket with { Value = value, Zone = "example.test" }, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await ValuesAsync(bind)).ShouldBe(values);
    }

    [Fact]
    public async Task Challenge_ANameHandedToAnother_IsSeenThereAndTakenOut()
    {
        await using var bind = await BindServer.StartAsync();
        await using var home = new Home();
        await using var store = SqliteClaimStore.Open(home.Layout, TimeProvider.System).Value!;
        var challenge = Challenge(bind, new StoredDnsTickets(store));
        var change = await challenge.PresentAsync("handed.example.test", "value", CancellationToken.None);
        change.Ticket!.Name.ShouldBe("handed.acme.example.test");
        var report = (await challenge.WaitAsync(change.Ticket, CancellationToken.None))!;
        report.Outcome.ShouldBe(PropagationOutcome.Seen);
        report.Evidence.Select(each => each.Server).ShouldBe(["ns1.example.test"]);

        // As if the process had ended here: the next one finds the ticket and takes the value out.
        var next = new StoredDnsTickets(store);
        next.All.ShouldBe([change.Ticket]);
        (await Challenge(bind, next).SweepAsync(CancellationToken.None)).ShouldBeEmpty();
        next.All.ShouldBeEmpty();
        (await ValuesAsync(bind, change.Ticket.Name)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("www.example.test", "ca.test", true)]
    [InlineData("www.example.test", "other.test", false)]
    [InlineData("a.none.example.test", "ca.test", false)]
    [InlineData("policy.test", "other.test", true)]
    public async Task Caa_OfARealZone_IsRead(string name, string issuer, bool allows)
    {
        await using var bind = await BindServer.StartAsync();
        var verdict = await new CaaCheck(AuthoritativeLookup.Create(bind.Options, TimeProvider.System))
            .CheckAsync(DnsName.Of(name), new CaaWish([issuer], false, null, []), CancellationToken.None);
        verdict.Outcome.ShouldBe(allows ? CaaOutcome.Allows : CaaOutcome.Forbids, string.Join('\n', verdict.Evidence));
    }

    private static TsigKey Key => TsigKey.Parse("key256", "hmac-sha256", BindServer.Secret256).Value!;

    private static Rfc2136Provider Provider(BindServer bind, TsigKey? key, bool tcp = true, TimeProvider? time = null) =>
        new(new Rfc2136ProviderOptions("bind", [], new DnsEndPoint("127.0.0.1", bind.Port), key) { Tcp = tcp }, new DnsClient(TimeProvider.System, new DnsTiming()), time ?? TimeProvider.System);

    private static DnsChallenge Challenge(BindServer bind, IDnsTickets tickets)
    {
        var client = new DnsClient(TimeProvider.System, new DnsTiming());
        var lookup = AuthoritativeLookup.Create(bind.Options, TimeProvider.System);
        var options = new Rfc2136ProviderOptions("bind", [DnsName.Of("example.test")], new DnsEndPoint("127.0.0.1", bind.Port), Key);
        var table = new DnsProviderTable([(options, new Rfc2136Provider(options, client, TimeProvider.System))]);
        return new DnsChallenge(table, lookup, new Propagation(lookup, new DnsResolver(client, bind.Options.Resolvers), TimeProvider.System), tickets, TimeProvider.System);
    }

    private static Task<Items<string>> ValuesAsync(BindServer bind, string? name = null) => bind.ValuesAsync(name ?? Ticket.Name);

    private sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
