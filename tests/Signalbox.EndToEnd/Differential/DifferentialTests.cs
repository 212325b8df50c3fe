using Signalbox.EndToEnd.Differential.Cases;
using Signalbox.EndToEnd.Differential.Contestants;
using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Views;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;

namespace Signalbox.EndToEnd.Differential;

/// <summary>Our pairings of transport and forwarder do the same, and what other proxies do otherwise is known and has a reason.</summary>
public sealed class DifferentialTests(Arena arena) : IClassFixture<Arena>
{
    private static readonly string Lane = RouterContestant.NameOf(TransportKind.Epoll, ForwarderKind.Lane);

    public static TheoryData<string> Names => new(AllCases.List.Select(@case => @case.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Lane_DoesWhatTheCaseWants(string name)
    {
        var @case = AllCases.Named(name);
        var run = await arena.RunOf(@case, Lane);
        Summary.Of(run).ShouldBe(@case.Want, View.Of(run, ViewKind.Strict));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Transports_DoTheSame(string name)
    {
        var @case = AllCases.Named(name);
        foreach (var forwarder in Enum.GetValues<ForwarderKind>())
        {
            var sockets = await arena.RunOf(@case, RouterContestant.NameOf(TransportKind.Sockets, forwarder));
            var epoll = await arena.RunOf(@case, RouterContestant.NameOf(TransportKind.Epoll, forwarder));
            // The framework's client hands out a head before it has looked at what follows: whether it is sent before a fault is seen is a race of its threads.
            var kind = forwarder == ForwarderKind.Lane ? ViewKind.Strict : ViewKind.Untimed;
            View.Of(epoll, kind).ShouldBe(View.Of(sockets, kind), $"{forwarder}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task General_DiffersOnlyWhereListed(string name) => CompareAsync(name, RouterContestant.NameOf(TransportKind.Epoll, ForwarderKind.General), Rival.General, ViewKind.Strict);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Nginx_DiffersOnlyWhereListed(string name) => CompareAsync(name, "nginx", Rival.Nginx, ViewKind.Common);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Haproxy_DiffersOnlyWhereListed(string name) => CompareAsync(name, "HAProxy", Rival.Haproxy, ViewKind.Common);

    private async Task CompareAsync(string name, string contestant, Rival rival, ViewKind kind)
    {
        var @case = AllCases.Named(name);
        var seen = View.Of(await arena.RunOf(@case, contestant), kind);
        var expected = View.Of(await arena.RunOf(@case, Lane), kind);
        // A list of differences that is no longer true is as bad as none.
        if (@case.Differences.FirstOrDefault(difference => difference.Rival == rival) is { } listed) seen.ShouldNotBe(expected, $"It no longer differs: {listed.Reason}");
        else if (seen != expected) View.Of(await arena.RunOf(@case, contestant), Untimed(kind)).ShouldBe(View.Of(await arena.RunOf(@case, Lane), Untimed(kind)), seen);
    }

    private static ViewKind Untimed(ViewKind kind) => kind == ViewKind.Strict ? ViewKind.Untimed : kind;
}
