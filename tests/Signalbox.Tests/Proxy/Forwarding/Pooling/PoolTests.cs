using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy.Forwarding;
using Signalbox.Proxy.Forwarding.Http1;
using Signalbox.Proxy.Forwarding.Pooling;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Forwarding.Pooling;

/// <summary>How long idle backend connections are kept, and how many: on event loops, and on the framework's sockets. The time is the test's.</summary>
public sealed class PoolTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly BackendConnector _connector;
    private readonly LoopPools _pools;
    private readonly EventLoop[] _loops = [new(0, TimeProvider.System, NullLogger.Instance), new(1, TimeProvider.System, NullLogger.Instance)];

    public PoolTests()
    {
        _listener.Start(backlog: 512);
        // The connector has the machine's clock: its timeout is for real connections, and would fire when the test's time jumps.
        _connector = new BackendConnector(TestRouter.Patience, new Observations(), TimeProvider.System);
        _pools = new LoopPools(_connector, _time);
    }

    private Backend Backend => new(BackendScheme.Http, "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public void Dispose()
    {
        _pools.Dispose();
        _listener.Dispose();
        foreach (var loop in _loops) loop.End();
    }

    [Fact]
    public async Task Loop_IdleForSixtySeconds_IsKeptUntilThenAndGoneByTheNextSweep()
    {
        var pool = _pools.Of(_loops[0]);
        using var peer = await IdleAsync(_loops[0]);
        _time.Advance(IBackendPool.IdleTime);
        (await OnAsync(_loops[0], () => pool.Take(Backend, mustBeFresh: true))).ShouldNotBeNull("60 s old, and not older");
        await StaysAsync(peer);

        using var old = await IdleAsync(_loops[0]);
        _time.Advance(IBackendPool.IdleTime + IBackendPool.SweepTime);
        await EndsAsync(old);
        (await OnAsync(_loops[0], () => pool.Take(Backend, mustBeFresh: false))).ShouldBeNull();
        // What has been taken is used: no age ends it.
        await StaysAsync(peer);
    }

    [Fact]
    public async Task Loop_BackendEndsItInTheTurnOfTheRequest_IsNotTakenForOneThatCannotBeRepeated()
    {
        var pool = _pools.Of(_loops[0]);
        using var peer = await IdleAsync(_loops[0]);
        (await OnAsync(_loops[0], () =>
        {
            peer.Shutdown(SocketShutdown.Send);
            Arrived(peer);
            return pool.Take(Backend, mustBeFresh: true);
        })).ShouldBeNull();
    }

    /// <summary>What a backend said as it gave an idle connection up was taken for the answer to a request that was just being sent.</summary>
    [Fact]
    public async Task Loop_BackendSpeaksOnOneThatHasBeenIdle_IsNotTaken()
    {
        var pool = (LoopPool)_pools.Of(_loops[0]);
        using var peer = await IdleAsync(_loops[0]);
        var before = await OnAsync(_loops[0], () => pool.Sweeps);
        _time.Advance(IBackendPool.SweepTime);
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        while (await OnAsync(_loops[0], () => pool.Sweeps) == before) limit.Token.ThrowIfCancellationRequested();
        (await OnAsync(_loops[0], () =>
        {
            peer.Send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"u8);
            Arrived(peer);
            return pool.Take(Backend, mustBeFresh: false);
        })).ShouldBeNull();
    }

    [Fact]
    public async Task Loops_MoreIdleThanTheMost_KeepThatManyTogether()
    {
        const int more = 20;
        var peers = new List<Socket>();
        for (var i = 0; i < IBackendPool.MostIdle + more; i++) peers.Add(await IdleAsync(_loops[i % 2]));
        // Those over the number are closed at once when they come back.
        await EndsAsync(peers[^more..]);
        await StaysAsync(peers[..^more]);

        // One that is taken by either loop makes room for another.
        (await OnAsync(_loops[1], () => _pools.Of(_loops[1]).Take(Backend, mustBeFresh: true))).ShouldNotBeNull();
        using var next = await IdleAsync(_loops[0]);
        await StaysAsync(next);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task Loop_BackendEndsAnIdleOne_ItNoLongerCounts()
    {
        var pool = _pools.Of(_loops[0]);
        for (var i = 0; i < 3; i++)
        {
            using var peer = await IdleAsync(_loops[0]);
            peer.Shutdown(SocketShutdown.Send);
            // Our own end follows by itself, without any request or sweep.
            await EndsAsync(peer);
        }

        (await OnAsync(_loops[0], () => pool.Take(Backend, mustBeFresh: false))).ShouldBeNull();
    }

    [Fact]
    public async Task Sockets_IdleForSixtySeconds_IsGone()
    {
        using var pool = new BackendPool(_connector, _time);
        var accepting = _listener.AcceptSocketAsync();
        pool.Return(Backend, await pool.OpenAsync(Backend, default));
        using var peer = await accepting;
        _time.Advance(IBackendPool.IdleTime - IBackendPool.SweepTime);
        await StaysAsync(peer);
        _time.Advance(IBackendPool.SweepTime);
        await EndsAsync(peer);
        pool.Take(Backend, mustBeFresh: false).ShouldBeNull();
    }

    /// <summary>What was sent, an end included, is with the other side's kernel: it has acknowledged all of it (struct tcp_info, linux/tcp.h: tcpi_unacked).</summary>
    private static void Arrived(Socket from)
    {
        const int tcpLevel = 6, tcpInfo = 11, unacknowledged = 24;
        var info = new byte[unacknowledged + sizeof(int)];
        SpinWait.SpinUntil(() => from.GetRawSocketOption(tcpLevel, tcpInfo, info) == info.Length && BitConverter.ToInt32(info, unacknowledged) == 0, TestRouter.Patience).ShouldBeTrue();
    }

    /// <summary>Puts a new connection into a loop's pool. Returns the backend's end of it.</summary>
    private async Task<Socket> IdleAsync(EventLoop loop)
    {
        var pool = _pools.Of(loop);
        var accepting = _listener.AcceptSocketAsync();
        await OnAsync(loop, async () => pool.Return(Backend, await pool.OpenAsync(Backend, default)));
        return await accepting;
    }

    /// <summary>Nothing has ended it, once the loops have done what they were asked for by now: on loopback an end arrives within the call that makes it.</summary>
    private async Task StaysAsync(params IEnumerable<Socket> peers)
    {
        foreach (var loop in _loops) await OnAsync(loop, () => true);
        foreach (var peer in peers) peer.Poll(0, SelectMode.SelectRead).ShouldBeFalse();
    }

    private static async Task EndsAsync(params IEnumerable<Socket> peers)
    {
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        foreach (var peer in peers) (await peer.ReceiveAsync(new byte[1], limit.Token)).ShouldBe(0);
    }

    private static async Task<T> OnAsync<T>(EventLoop loop, Func<T> work)
    {
        await loop.SwitchAsync();
        var result = work();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return result;
    }

    private static async Task OnAsync(EventLoop loop, Func<Task> work)
    {
        await loop.SwitchAsync();
        var running = work();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await running.WaitAsync(TestRouter.Patience);
    }
}
