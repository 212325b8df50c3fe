using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>A loop that stands for good is told of from outside, by name, and only as long as it stands.</summary>
public sealed class LoopsWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _lines = new();
    private readonly EventLoops _loops;
    private readonly LoopsWatch _watch;

    public LoopsWatchTests()
    {
        _loops = EventLoops.Start(2, new PoolFactory(), TimeProvider.System, NullLoggerFactory.Instance);
        _watch = new LoopsWatch(_loops, _time, _lines);
    }

    [Fact]
    public async Task Loop_StandsFromOneLookToTheNext_IsAProblemThatNamesItUntilItGoesOn()
    {
        for (var i = 0; i < 3; i++) _loops.All[1].ConnectionBegan();
        using (await StandAsync(_loops.All[1]))
        {
            _time.Advance(Look);
            // One look cannot tell a loop that stands from one at work.
            _watch.Problems.ShouldBeEmpty();
            _time.Advance(Look);
            var problem = _watch.Problems.ShouldHaveSingleItem();
            problem.Type.ShouldBe(ProblemType.LoopStands);
            problem.Side.ShouldBe(ProblemSide.Daemon);
            problem.Subject.ShouldBe("event loop 1");
            problem.Text.ShouldContain("at Standing.Run");
            problem.Text.ShouldContain("the 3 connections on it wait");
            _lines.All.ShouldHaveSingleItem().ShouldBe(problem.Text);
            _time.Advance(Look);
            _watch.Problems.ShouldHaveSingleItem();
            // Once is enough for the log.
            _lines.All.ShouldHaveSingleItem();
        }

        await RestAsync(_loops.All[1]);
        _time.Advance(Look);
        _watch.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Loops_StandTogether_AreTwoProblems()
    {
        using var first = await StandAsync(_loops.All[0]);
        using var second = await StandAsync(_loops.All[1]);
        _time.Advance(Look + Look);
        _watch.Problems.Select(problem => problem.Subject).ShouldBe(["event loop 0", "event loop 1"]);
    }

    [Fact]
    public async Task Loop_BusyAtEachLookWithAnotherTurn_IsNone()
    {
        for (var i = 0; i < 4; i++)
        {
            using (await StandAsync(_loops.All[0])) _time.Advance(Look);
            await RestAsync(_loops.All[0]);
        }

        _watch.Problems.ShouldBeEmpty();
        _lines.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Loop_WaitsForSomethingToDo_IsNone()
    {
        foreach (var loop in _loops.All) await RestAsync(loop);
        for (var i = 0; i < 4; i++) _time.Advance(Look);
        _watch.Problems.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _loops.DisposeAsync();
    }

    private static async Task<Standing> StandAsync(EventLoop loop)
    {
        var standing = new Standing();
        loop.Post(standing.Run, null);
        await standing.Begun.WaitAsync(TestRouter.Patience);
        return standing;
    }

    /// <summary>Until all it had to do is done, and it waits.</summary>
    private static Task RestAsync(EventLoop loop) => Task.Run(() => SpinWait.SpinUntil(() => loop.Watch.Running is null, TestRouter.Patience).ShouldBeTrue());

    /// <summary>A piece of work that blocks its loop until it is let go.</summary>
    private sealed class Standing : IDisposable
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _release = new();

        public Task Begun => _begun.Task;

        public void Run(object? state)
        {
            _begun.SetResult();
            _release.Wait();
        }

        public void Dispose() => _release.Set();
    }

    private sealed class PoolFactory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => MemoryPool<byte>.Shared;
    }
}
