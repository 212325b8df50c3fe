using System.Net;
using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>Chooses among the sockets of a process tree the one that is the dev server, and the address to reach it by.</summary>
/// <param name="expected">The port the command was told.</param>
/// <param name="probe">Asks the others what they are.</param>
/// <param name="time">Bounds the asking.</param>
internal sealed class ServerChoice(int expected, ServerProbe probe, TimeProvider time)
{
    /// <summary>Once one has answered as a page does, the others get this long: enough for a server at rest, and nobody waits for a mute one.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    /// <summary>Node's inspector takes 9229 and upwards, Chrome's debugger 9222: never the page, unless we told the command this very port.</summary>
    public static bool IsDebugger(int port) => port is 9222 or (>= 9229 and <= 9249);

    /// <summary>The expected one, if it is among them.</summary>
    public async Task<Backend?> ExpectedAsync(IReadOnlyList<ListeningSocket> sockets, CancellationToken cancellation)
    {
        var own = sockets.Where(socket => socket.Port == expected).ToList();
        return own.Count == 0 ? null : new Backend(BackendScheme.Http, (await AddressAsync(own, cancellation)).ToString(), expected);
    }

    /// <summary>The best of the others; null when none of them is a server for pages.</summary>
    public async Task<Backend?> BestAsync(IReadOnlyList<ListeningSocket> sockets, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Disposed asynchronously: that waits for a callback under way, which must find the token source still there.
        await using var rest = time.CreateTimer(_ => enough.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var answers = await Task.WhenAll(sockets.Where(socket => !IsDebugger(socket.Port)).GroupBy(socket => socket.Port).Select(async group =>
        {
            var address = await AddressAsync([.. group], cancellation);
            var kind = await probe.AskAsync(address, group.Key, enough.Token, cancellation);
            if (kind >= ServerKind.Http) rest.Change(Rest, Timeout.InfiniteTimeSpan);
            return (Kind: kind, Backend: new Backend(kind == ServerKind.Https ? BackendScheme.Https : BackendScheme.Http, address.ToString(), group.Key));
        }));

        // Equal ones: the lower port, so that the same servers give the same choice each time.
        return answers.Where(answer => answer.Kind > ServerKind.Helper).OrderByDescending(answer => answer.Kind).ThenBy(answer => answer.Backend.Port).FirstOrDefault().Backend;
    }

    /// <summary>The loopback address where there is one, IPv4 first since every program prints it so; else the address itself.</summary>
    private async Task<IPAddress> AddressAsync(List<ListeningSocket> sockets, CancellationToken cancellation)
    {
        var four = sockets.Find(socket => !socket.IsV6 && socket.OnLoopback);
        if (four is not null) return four.IsAny ? IPAddress.Loopback : four.Address;
        var six = sockets.Find(socket => socket.IsV6 && socket.OnLoopback);
        if (six is null) return sockets[0].Address;
        if (!six.IsAny) return six.Address;

        // "::" takes IPv4 too unless the socket is IPv6 only, which /proc does not tell. If it does, no other socket can hold the IPv4 side
        // (the kernel refuses that), so an IPv4 connection with nobody else listening there is this server's.
        var shared = ListenTable.Read().Any(other => other.Port == six.Port && !other.IsV6 && other.OnLoopback);
        return !shared && await probe.AcceptsAsync(IPAddress.Loopback, six.Port, cancellation) ? IPAddress.Loopback : IPAddress.IPv6Loopback;
    }
}
