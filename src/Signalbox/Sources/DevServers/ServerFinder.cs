using System.Net;
using System.Runtime.CompilerServices;
using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>
/// Follows where a command's server listens, from its start to its end. The expected port wins as soon as it is there, also later. Another port is
/// taken once the set of ports has stood still for a moment. While nothing listens nothing is said: a restarting server comes back, and requests wait for it.
/// </summary>
/// <param name="process">The command; those below it count as well.</param>
/// <param name="expected">The port it was told.</param>
/// <param name="elsewhere">True when the expected port was free before the start, so that a listener there that is not below the process is its doing
/// all the same: a container's published port, or a server that made itself a daemon.</param>
/// <param name="time">Paces the looks.</param>
internal sealed class ServerFinder(int process, int expected, bool elsewhere, TimeProvider time)
{
    /// <summary>The first looks come quickly, since a small server listens within some 50 ms of its start…</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>…later ones at a pace that costs nothing next to a compiler at work.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Between looks at a server that runs. A restart on another port is noticed within this; the router's own short wait is longer.</summary>
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);

    /// <summary>How long the same unexpected ports must stand. Servers that open several do so within some 100 ms.</summary>
    private static readonly TimeSpan StandStill = TimeSpan.FromMilliseconds(400);

    private readonly ServerProbe _probe = new(time);

    /// <summary>Where it listens, at first and after each change; ends only with the token.</summary>
    public async IAsyncEnumerable<Backend> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var choice = new ServerChoice(expected, _probe, time);
        var pause = FirstPause;
        Backend? current = null;
        var seen = new HashSet<(IPAddress, int)>();
        var since = time.GetTimestamp();
        (int Process, long Socket)? settled = null;
        while (true)
        {
            // At rest, one look at the server's own descriptors tells that nothing has changed: the kernel's tables cost milliseconds a reading.
            if (settled is { } held && ProcessTree.Sockets(held.Process).Contains(held.Socket))
            {
                await Task.Delay(WatchPause, time, cancellation);
                continue;
            }

            var (sockets, own) = await LookAsync(cancellation);
            var now = sockets.Select(socket => (socket.Address, socket.Port)).ToHashSet();
            if (!now.SetEquals(seen))
            {
                (seen, since) = (now, time.GetTimestamp());
                // Something is going on: look closely until it has settled.
                pause = FirstPause;
            }

            var stands = sockets.Any(socket => socket.Port == current?.Port);
            var stood = time.GetElapsedTime(since) >= StandStill;
            var next = (stands && current!.Port == expected) || !(own || stood) ? null : await choice.ExpectedAsync(sockets, cancellation);
            if (next is null && !stands && sockets.Count > 0 && stood)
            {
                next = await choice.BestAsync(sockets, cancellation);
                // None of them is it: wait as long again before asking them once more.
                if (next is null) since = time.GetTimestamp();
            }

            if (next is not null && next != current)
            {
                current = next;
                yield return current;
            }

            settled = own && current?.Port == expected && sockets.FirstOrDefault(socket => socket.Port == expected) is { } socket ? ListeningPorts.HolderInTree(process, socket.Inode) : null;
            await Task.Delay(current is not null && sockets.Any(socket => socket.Port == current.Port) ? WatchPause : pause, time, cancellation);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

    /// <summary>What listens now, and whether it is surely the command's own.</summary>
    private async Task<(IReadOnlyList<ListeningSocket> Sockets, bool Own)> LookAsync(CancellationToken cancellation)
    {
        if (ListenTable.Available)
        {
            var own = ListeningPorts.OfTree(process);
            return own.Count > 0 || !elsewhere ? (own, true) : ([.. ListenTable.Read().Where(socket => socket.Port == expected && socket.OnLoopback)], false);
        }

        // Other systems do not tell whose a socket is; the port was free when the command started, so who answers there now is the command.
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            if (await _probe.AcceptsAsync(address, expected, cancellation)) return ([new ListeningSocket(address, expected, 0)], true);
        }

        return ([], true);
    }
}
