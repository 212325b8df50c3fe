using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Tests.Certificates.Dns;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

public sealed class PropagationTests
{
    private static readonly DnsName Name = DnsName.Of("_acme-challenge.example");
    private static readonly TimeSpan Limit = Propagation.DefaultLimit;

    [Fact]
    public async Task Wait_ForASecondaryThatIsBehind_EndsWhenItHasTheValue()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1, 2).Txt(Name.Text, "value");
        var time = new FakeTimeProvider();
        var wait = Waiting(dns, time).WaitAsync(Name, "value", Limit, CancellationToken.None);
        await time.TimerSetAsync(TimeSpan.FromSeconds(0.5));
        wait.IsCompleted.ShouldBeFalse();
        dns[2].Zones.Single().Txt(Name.Text, "value");
        time.Advance(TimeSpan.FromSeconds(0.5));
        var report = await wait;
        report.Outcome.ShouldBe(PropagationOutcome.Seen);
        report.Problem.ShouldBeNull();
        report.Evidence.Select(each => (each.Server, each.Said)).ShouldBe([("ns1.example", "\"value\""), ("ns2.example", "\"value\"")]);
    }

    [Fact]
    public async Task Wait_ForAServerThatNeverHasIt_SaysWhichOne()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1, 2).Txt(Name.Text, "value");
        dns[2].Zones.Single().Txt(Name.Text, "old");
        var report = await Waiting(dns, TimeProvider.System).WaitAsync(Name, "value", TimeSpan.FromSeconds(1), CancellationToken.None);
        report.Outcome.ShouldBe(PropagationOutcome.Missing);
        report.Lacking.ShouldBe([$"ns2.example (127.0.0.2:{dns.Port})"]);
        report.Problem!.Text.ShouldContain("ns2.example");
        report.Evidence[1].Said.ShouldBe("\"old\"");
    }

    [Fact]
    public async Task Wait_ForAServerThatDoesNotKnowTheAliasYet_EndsWhenItDoes()
    {
        await using var dns = ScriptedDns.Start(1, 2, 3);
        dns.Zone("example", 1, 2).Alias(Name.Text, "there.other");
        dns.Zone("other", 3).Txt("there.other", "value");
        var time = new FakeTimeProvider();
        var wait = Waiting(dns, time).WaitAsync(Name, "value", Limit, CancellationToken.None);
        await time.TimerSetAsync(TimeSpan.FromSeconds(0.5));
        dns[2].Zones.Single().Alias(Name.Text, "there.other");
        time.Advance(TimeSpan.FromSeconds(0.5));
        var report = await wait;
        report.Outcome.ShouldBe(PropagationOutcome.Seen);
        report.Evidence.ShouldHaveSingleItem().Server.ShouldBe("ns1.other");
    }

    [Fact]
    public async Task Wait_WithAServerThatIsDown_GoesOnWithoutIt()
    {
        await using var dns = ScriptedDns.Start(1, 2);
        dns.Zone("example", 1, 2).Txt(Name.Text, "value");
        dns[2].Manner = (_, _) => [];
        var report = await Waiting(dns, TimeProvider.System).WaitAsync(Name, "value", Limit, CancellationToken.None);
        report.Outcome.ShouldBe(PropagationOutcome.Seen);
        report.Evidence.Select(each => each.Answered).ShouldBe([true, false]);

        // Not at the first silence: three looks, two sendings each.
        dns.Asked.Count(asked => asked.Server.ToString() == "127.0.0.2").ShouldBe(6);
    }

    [Fact]
    public async Task Wait_WhereOnlyTheResolverCanBeReached_BelievesIt()
    {
        await using var dns = ScriptedDns.Start(1);
        dns.Zone("example", 1).Txt(Name.Text, "value");
        dns[1].Manner = (_, _) => [];
        var report = await Waiting(dns, TimeProvider.System).WaitAsync(Name, "value", Limit, CancellationToken.None);
        report.Outcome.ShouldBe(PropagationOutcome.Seen);
        report.Evidence[^1].Address.ShouldBe(dns.ResolverServer.Address);
    }

    [Fact]
    public async Task Wait_WhereNobodyCanBeAsked_SaysSo()
    {
        await using var dns = ScriptedDns.Start(1);
        dns[ScriptedDns.Resolver].Manner = (_, _) => [];
        var report = await Waiting(dns, TimeProvider.System).WaitAsync(Name, "value", TimeSpan.FromSeconds(1), CancellationToken.None);
        report.Outcome.ShouldBe(PropagationOutcome.CouldNotAsk);
        report.Problem.ShouldBeNull();
        report.Evidence.ShouldAllBe(each => !each.Answered);
    }

    private static Propagation Waiting(ScriptedDns dns, TimeProvider time)
    {
        // Servers are asked in real time; only the pauses between the rounds are the test's.
        var client = new DnsClient(TimeProvider.System, ScriptedDns.Quick);
        return new Propagation(AuthoritativeLookup.Create(dns.Options, TimeProvider.System), new DnsResolver(client, [dns.ResolverServer]), time);
    }
}
