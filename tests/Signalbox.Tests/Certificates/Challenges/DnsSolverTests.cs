using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Challenges;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Challenges.Dns01;
using Signalbox.Tests.Certificates.Dns;
using Signalbox.Tests.Certificates.Issuing;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Challenges;

public sealed class DnsSolverTests
{
    private const string Record = "_acme-challenge.example";

    private readonly MemoryTickets _tickets = new();

    [Theory]
    [InlineData("example")]
    [InlineData("*.example")]
    public async Task Present_AName_StandsInTheZoneUntilItIsTakenAway(string name)
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        await using var solver = Solver(dns, new ScriptedProvider("p", zone));
        var answer = await PresentAsync(solver, name);
        zone.Find(DnsName.Of(Record), DnsType.TXT).Single().Data.ShouldBe(TxtData.Of(ChallengeRecord.ValueFor("token.print")));
        await answer.Value!.DisposeAsync();
        zone.Find(DnsName.Of(Record), DnsType.TXT).ShouldBeEmpty();
        _tickets.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Present_AValueThatOneServerNeverShows_IsAProblemWithTheLastLooksAndIsTakenAway()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        var zone = dns.Zone("example", 1, 2);
        dns[2].Zones.Single().Txt(Record, "old");
        await using var solver = Solver(dns, new ScriptedProvider("p", zone), propagation: TimeSpan.FromSeconds(1));
        var answer = await PresentAsync(solver, "example");
        answer.Problem.Text.ShouldContain($"is not at ns2.example (127.0.0.2:{dns.Port}), so the CA was not asked.");
        answer.Problem.Text.ShouldContain("TXT: \"old\"");
        zone.Find(DnsName.Of(Record), DnsType.TXT).ShouldBeEmpty();
        _tickets.All.ShouldBeEmpty();
    }

    /// <summary>Could not ask is not failed: the CA may see what this machine does not.</summary>
    [Fact]
    public async Task Present_WhereNobodyCanBeAsked_GoesOn()
    {
        await using var dns = ScriptedDns.Start(1);
        dns[ScriptedDns.Resolver].Manner = (_, _) => [];
        var provider = new ScriptedProvider("p");
        await using var solver = Solver(dns, provider, propagation: TimeSpan.FromSeconds(1));
        await using var answer = (await PresentAsync(solver, "example")).Value!;
        provider.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Present_WithoutPropagation_AsksNoServerForTheValue()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1);
        await using var solver = Solver(dns, new ScriptedProvider("p"), propagation: TimeSpan.Zero);
        (await PresentAsync(solver, "example")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Present_AServiceThatAsksToBeLeftAlone_IsAskedAgainThen()
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        var time = new FakeTimeProvider();
        var asked = 0;
        var provider = new ScriptedProvider("p", zone);
        provider.OnAdd = ticket =>
        {
            if (++asked == 1) return DnsChange.Refused(ticket, ScriptedProvider.Broken, TimeSpan.FromSeconds(20));
            zone.Txt(ticket.Name, ticket.Value);
            return new DnsChange(ticket);
        };
        await using var solver = Solver(dns, provider, time);
        var presenting = PresentAsync(solver, "example");
        await time.TimerSetAsync(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));
        (await presenting).Succeeded.ShouldBeTrue();
        asked.ShouldBe(2);
    }

    /// <summary>The order is given up because the daemon stops: the value is taken out all the same.</summary>
    [Fact]
    public async Task Present_GivenUpWhileItIsWaitedFor_LeavesNothingBehind()
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        using var stop = new CancellationTokenSource();
        var provider = new ScriptedProvider("p", zone) { OnAdd = ticket => new DnsChange(ticket) };
        await using var solver = Solver(dns, provider);
        var presenting = PresentAsync(solver, "example", stop.Token);
        await AskedAsync(dns, 2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(presenting);
        provider.Calls.Count(call => call.StartsWith("remove", StringComparison.Ordinal)).ShouldBe(1);
        _tickets.All.ShouldBeEmpty();
    }

    /// <summary>A value was held for in use until the daemon ended, and stayed in its zone, when a provider had a fault of its own.</summary>
    [Fact]
    public async Task Present_FaultOfAProvider_LeavesNothingBehind()
    {
        await using var dns = ScriptedDns.Start(1);
        var provider = new ScriptedProvider("p", dns.Zone("example", 1)) { OnAdd = _ => throw new InvalidOperationException("A fault.") };
        await using var solver = Solver(dns, provider);
        await Should.ThrowAsync<InvalidOperationException>(PresentAsync(solver, "example"));
        provider.Calls.Count(call => call.StartsWith("remove", StringComparison.Ordinal)).ShouldBe(1);
        _tickets.All.ShouldBeEmpty();
    }

    /// <summary>A fault of a provider's own ended the hourly look for good.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_WhatAnEarlierProcessLeft_IsTakenOutAndWhatCouldNotBeIsTriedAgainAnHourLater(bool throws)
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        zone.Txt(Record, "left");
        var time = new FakeTimeProvider();
        var provider = new ScriptedProvider("p", zone);
        var broken = true;
        provider.OnRemove = ticket =>
        {
            if (broken) return throws ? throw new InvalidOperationException("A fault.") : new DnsChange(ticket, ScriptedProvider.Broken);
            zone.Remove(ticket.Name, DnsType.TXT, TxtData.Of(ticket.Value));
            return new DnsChange(ticket);
        };
        await _tickets.KeepAsync(new DnsRecordTicket("p", Record, "left", DateTimeOffset.UnixEpoch), CancellationToken.None);
        await using var solver = Solver(dns, provider, time);
        solver.Start();
        await time.TimerSetAsync(TimeSpan.FromHours(1));
        zone.Find(DnsName.Of(Record), DnsType.TXT).ShouldHaveSingleItem();
        broken = false;
        time.Advance(TimeSpan.FromHours(1));
        await ManagerRig.UntilAsync("the ticket is forgotten", () => _tickets.All.IsEmpty);
        zone.Find(DnsName.Of(Record), DnsType.TXT).ShouldBeEmpty();
    }

    /// <summary>An order that is gone on with after a crash shows the same value again: the sweep of the old one must not take the new one away.</summary>
    [Fact]
    public async Task Present_TheValueOfBeforeTheCrashWhileItIsSweptOut_WaitsForThat()
    {
        await using var dns = ScriptedDns.Start(1);
        var zone = dns.Zone("example", 1);
        var value = ChallengeRecord.ValueFor("token.print");
        zone.Txt(Record, value);
        var (removing, mayRemove) = (new TaskCompletionSource(), new TaskCompletionSource());
        var provider = new SlowRemoval(new ScriptedProvider("p", zone), removing, mayRemove.Task);
        await _tickets.KeepAsync(new DnsRecordTicket("p", Record, value, DateTimeOffset.UnixEpoch), CancellationToken.None);
        await using var solver = Solver(dns, provider);
        solver.Start();
        await removing.Task;
        var presenting = PresentAsync(solver, "example");
        await AskedAsync(dns, 1);
        mayRemove.SetResult();
        await using var answer = (await presenting).Value!;
        zone.Find(DnsName.Of(Record), DnsType.TXT).ShouldHaveSingleItem().Data.ShouldBe(TxtData.Of(value));
        _tickets.All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("www.example", null)]
    [InlineData("*.example", null)]
    [InlineData("www.handed", null)]
    [InlineData("www.elsewhere", "No DNS provider is configured for this name's zone.")]
    [InlineData("192.0.2.7", "An address cannot be shown by dns-01.")]
    public async Task Obstacle_SaysWhichNamesHaveAProvider(string name, string? words)
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1);
        dns.Zone("handed", 2).Alias("_acme-challenge.www.handed", "handed.example");
        dns.Zone("elsewhere", 2);
        await using var solver = Solver(dns, new ScriptedProvider("p"));
        (await solver.ObstacleAsync(Identifier.Parse(name).Value!, CancellationToken.None))?.Text.ShouldBe(words);
        (words is null).ShouldBe(await solver.ObstacleAsync(Identifier.Parse(name).Value!, CancellationToken.None) is null);
    }

    [Fact]
    public async Task Obstacle_WithoutAnyProvider_AsksNobody()
    {
        await using var dns = ScriptedDns.Start(1);
        await using var solver = Solver(dns, null);
        (await solver.ObstacleAsync(Identifier.Parse("*.example").Value!, CancellationToken.None))!.Text.ShouldBe("No DNS provider is configured.");
        dns.Asked.ShouldBeEmpty();
    }

    /// <summary>The servers have been asked for the record so often.</summary>
    private static Task AskedAsync(ScriptedDns dns, int times) => ManagerRig.UntilAsync("the record is asked for",
        () => dns.Asked.Count(asked => asked.Query.Questions is [{ Type: DnsType.TXT, Name.Text: Record }]) >= times);

    private static async Task<Outcome<IAsyncDisposable>> PresentAsync(DnsSolver solver, string name, CancellationToken stop = default) =>
        await solver.PresentAsync(Identifier.Parse(name).Value!, "token", "token.print", stop);

    private DnsSolver Solver(ScriptedDns dns, IDnsProvider? provider, TimeProvider? time = null, TimeSpan? propagation = null)
    {
        var client = new DnsClient(TimeProvider.System, ScriptedDns.Quick);
        var lookup = AuthoritativeLookup.Create(dns.Options, TimeProvider.System);
        var options = new Rfc2136ProviderOptions("p", [DnsName.Of("example")], new DnsEndPoint("127.0.0.1", 53), null) { Propagation = propagation ?? TimeSpan.FromSeconds(30) };
        var table = new DnsProviderTable(provider is null ? [] : [(options, provider)]);
        time ??= TimeProvider.System;
        var challenge = new DnsChallenge(table, lookup, new Propagation(lookup, new DnsResolver(client, [dns.ResolverServer]), TimeProvider.System), _tickets, time);
        return new DnsSolver(challenge, time, NullLogger.Instance);
    }

    private sealed class SlowRemoval(ScriptedProvider provider, TaskCompletionSource removing, Task mayRemove) : IDnsProvider
    {
        public string Name => provider.Name;

        public Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation) => provider.AddAsync(ticket, cancellation);

        public async Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation)
        {
            removing.TrySetResult();
            await mayRemove.WaitAsync(cancellation);
            return await provider.RemoveAsync(ticket, cancellation);
        }
    }
}
