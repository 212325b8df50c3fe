using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>Each test that goes onto the loop leaves it again, for its end would wait for itself.</summary>
public sealed class EventLoopTests : IDisposable
{
    private readonly EventLoop _loop = new(0, TimeProvider.System, NullLogger.Instance);
    private bool _hasEnded;

    [Fact]
    public async Task Post_FromManyThreads_RunsEachOnceOnTheLoopInTheOrderOfItsThread()
    {
        const int threads = 8, each = 2_000;
        var ran = new ConcurrentQueue<(int Thread, int Number, bool OnLoop)>();
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                var number = i;
                _loop.Post(_ => ran.Enqueue((thread, number, _loop.IsCurrent)), null);
            }
        })));
        await FlushAsync();
        ran.Count.ShouldBe(threads * each);
        ran.ShouldAllBe(one => one.OnLoop);
        foreach (var thread in ran.GroupBy(one => one.Thread)) thread.Select(one => one.Number).ShouldBe(Enumerable.Range(0, each));
    }

    [Fact]
    public async Task Switch_FromElsewhere_GoesOnOnTheLoop_AndOnItAtOnce()
    {
        EventLoop.Current.ShouldBeNull();
        await _loop.SwitchAsync();
        EventLoop.Current.ShouldBe(_loop);
        _loop.SwitchAsync().IsCompleted.ShouldBeTrue();
        await Task.Yield();
        EventLoop.Current.ShouldBeNull();
    }

    [Fact]
    public async Task Yield_OnTheLoop_GoesOnInALaterTurn()
    {
        await _loop.SwitchAsync();
        var turn = _loop.Turn;
        await _loop.YieldAsync();
        _loop.IsCurrent.ShouldBeTrue();
        _loop.Turn.ShouldBeGreaterThan(turn);
        await Task.Yield();
    }

    [Fact]
    public async Task Schedule_OnTheLoop_RunsAtOnce()
    {
        await _loop.SwitchAsync();
        var ran = false;
        _loop.Schedule(_ => ran = true, null);
        ran.ShouldBeTrue();
        await Task.Yield();
    }

    /// <summary>A storm of handshakes held up every other connection of its loop for as long as all that had come in together took.</summary>
    [Fact]
    public async Task Beginnings_OfManyConnections_LetTheOthersHaveTheirTurnBetween()
    {
        var time = new FakeTimeProvider();
        var loop = new EventLoop(0, time, NullLogger.Instance);
        var ran = new List<string>();
        await loop.SwitchAsync();
        var dear = Enumerable.Range(0, 3).Select(_ => BeginAsync("handshake", TimeSpan.FromMilliseconds(1))).ToList();
        var cheap = Enumerable.Range(0, 3).Select(_ => BeginAsync("in clear", TimeSpan.Zero)).ToList();
        await Task.WhenAll(dear.Concat(cheap)).WaitAsync(TestRouter.Patience);
        await Task.Run(loop.End);
        // Each is followed by what is posted within it once its turn is over; those that take no time share one.
        ran.ShouldBe(["handshake", "another", "handshake", "another", "handshake", "another", "in clear", "in clear", "in clear", "another", "another", "another"]);

        async Task BeginAsync(string what, TimeSpan takes)
        {
            await loop.BeginAsync();
            ran.Add(what);
            loop.Post(_ => ran.Add("another"), null);
            time.Advance(takes);
        }
    }

    /// <summary>Whoever waits for his turn when the loop ends finds his socket closed, and has to find it out.</summary>
    [Fact]
    public async Task Beginnings_WhenTheLoopEnds_AreServedAllTheSame()
    {
        var time = new FakeTimeProvider();
        var loop = new EventLoop(0, time, NullLogger.Instance);
        await loop.SwitchAsync();
        var all = Enumerable.Range(0, 5).Select(async number =>
        {
            await loop.BeginAsync();
            time.Advance(TimeSpan.FromMilliseconds(1));
            // Within the first one, so that the others still wait when the end begins.
            if (number == 0) _ = Task.Run(loop.End);
        }).ToList();
        await Task.WhenAll(all).WaitAsync(TestRouter.Patience);
        await Task.Yield();
    }

    [Fact]
    public async Task Fault_InOnePiece_LeavesTheLoopRunning()
    {
        _loop.Post(_ => throw new InvalidOperationException("a fault"), null);
        await FlushAsync();
        _loop.IsCurrent.ShouldBeFalse();
    }

    [Fact]
    public async Task Post_AfterTheEnd_RunsOnThePool()
    {
        End();
        var ran = new TaskCompletionSource<bool>();
        _loop.Post(_ => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread), null);
        (await ran.Task.WaitAsync(TestRouter.Patience)).ShouldBeTrue();
    }

    /// <summary>The number of its epoll instance may be another loop's by then.</summary>
    [Fact]
    public void Add_AfterTheEnd_IsRefusedAndNotTriedOnWhateverHasItsDescriptor()
    {
        End();
        using var others = new Descriptors(64);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Should.Throw<IOException>(() => _loop.Add(new Nothing(), (int)socket.Handle, Readiness.Connected));
    }

    [Fact]
    public async Task Post_WhileItEnds_IsNeverLost()
    {
        const int posts = 20_000;
        var ran = 0;
        var all = new TaskCompletionSource();
        var posting = Task.Run(() =>
        {
            for (var i = 0; i < posts; i++)
            {
                _loop.Post(_ =>
                {
                    if (Interlocked.Increment(ref ran) == posts) all.SetResult();
                }, null);
            }
        });
        End();
        await posting;
        await all.Task.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task End_OnTheLoopItself_IsAMisuse()
    {
        await _loop.SwitchAsync();
        Should.Throw<InvalidOperationException>(_loop.End);
        await Task.Yield();
    }

    public void Dispose() => End();

    private async Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(_ => done.SetResult(), null);
        await done.Task.WaitAsync(TestRouter.Patience);
    }

    /// <summary>Epoll instances that take the numbers just given back.</summary>
    private sealed class Descriptors(int count) : IDisposable
    {
        private readonly List<int> _all = [.. Enumerable.Range(0, count).Select(_ => Libc.EpollCreate(Libc.CloseOnExec))];

        public void Dispose() => _all.ForEach(descriptor => _ = Libc.Close(descriptor));
    }

    private sealed class Nothing : LoopSource
    {
        public override string What => "nothing";

        public override void OnReady(Readiness readiness)
        {
        }

        public override void OnLoopEnding()
        {
        }
    }

    private void End()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        _loop.End();
    }
}
