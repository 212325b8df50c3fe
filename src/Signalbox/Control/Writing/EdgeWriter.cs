using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Signalbox.Control.Merging;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Control.Writing;

/// <summary>
/// The one writer. Wishes queue up; each that changes something gives a revision. The steps for what is waiting together:
/// <list type="number">
/// <item>draw each wish against the book the one before left;</item>
/// <item>record all of it in one transaction: intent first, so that a crash after this point serves the new state and one before it the old;</item>
/// <item>swap the book;</item>
/// <item>give every plane the change;</item>
/// <item>tell the observers (the prover, the leases), then answer whoever asked.</item>
/// </list>
/// </summary>
internal sealed class EdgeWriter : IAsyncDisposable
{
    /// <summary>Wishes committed together: keeps the answer to the first within a few milliseconds while a burst shares one transaction.</summary>
    private const int MostTogether = 256;

    private readonly EdgeHolder _edge;
    private readonly IClaimStore _store;
    private readonly PlaneBoard _planes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Ticker _ticker;
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<IEdgeObserver> _observers = [];
    private Task _loop = Task.CompletedTask;

    public EdgeWriter(EdgeHolder edge, IClaimStore store, PlaneBoard planes, TimeProvider time, ILogger<EdgeWriter> logger)
    {
        (_edge, _store, _planes, _time, _logger) = (edge, store, planes, time, logger);
        _ticker = new Ticker(time);
        Refusals = new RefusalBoard(time);
    }

    /// <summary>The journal as it is written.</summary>
    public EventHub Events { get; } = new();

    /// <summary>Who was turned down of late.</summary>
    public RefusalBoard Refusals { get; }

    /// <summary>Before <see cref="StartAsync"/> only.</summary>
    public void Observe(IEdgeObserver observer) => _observers.Add(observer);

    /// <summary>Serves the stored state at once, then takes wishes.</summary>
    public async ValueTask StartAsync(StoredState stored, CancellationToken cancellation)
    {
        foreach (var claim in stored.Claims) _ticker.Saw(claim);
        var before = _edge.Book;
        var (book, change) = before.Apply([], [.. stored.Claims], stored.Revision);
        _edge.Book = book;
        await _planes.ApplyAsync(book.Edge, change, cancellation);
        foreach (var observer in _observers) observer.Applied(before, book, change);
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Done when the change is recorded and every plane was given it. The value is the revision; problems mean that nothing was changed.</summary>
    public Task<Outcome<long>> WriteAsync(Wish wish)
    {
        var pending = new Pending(wish);
        if (!_queue.Writer.TryWrite(pending))
        {
            pending.Answer.TrySetResult(new Problem(ProblemType.NoDaemon, ProblemSide.Daemon, "signalbox", "The daemon is stopping.", "Start it again with: signalbox up --detach", Retry: true));
        }

        return pending.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var together = new List<Pending>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (together.Count < MostTogether && _queue.Reader.TryRead(out var pending)) together.Add(pending);
            try
            {
                await WriteTogetherAsync(together);
            }
            catch (Exception error)
            {
                // A fault of ours: the waiting ones get an answer, the book stays as it was, and the writer goes on.
                Log.WriterFailed(_logger, error);
                foreach (var pending in together) pending.Answer.TrySetResult(Internal(error));
            }

            together.Clear();
        }
    }

    private async Task WriteTogetherAsync(List<Pending> together)
    {
        // 1. Draw.
        var before = _edge.Book;
        var drawn = new DrawnBatch(before, _ticker, _time.GetUtcNow());
        foreach (var pending in together)
        {
            try
            {
                (pending.Revision, pending.Refused) = drawn.Add(pending.Wish);
            }
            catch (Exception error)
            {
                // One wish that cannot be drawn harms itself alone.
                Log.WriterFailed(_logger, error);
                pending.Refused = [Internal(error)];
            }

            if (pending.Wish is AdmitWish admit) Note(admit, pending.Refused);
        }

        // 2. Record.
        var (book, change) = (drawn.Book, drawn.Change());
        if (!drawn.IsEmpty && await _store.CommitAsync(drawn.ToStore(), CancellationToken.None) is { } problem)
        {
            Log.NotRecorded(_logger, problem.Text);
            foreach (var pending in together) pending.Answer.TrySetResult(pending.Refused.IsEmpty ? problem : Outcome<long>.Failed(pending.Refused));
            return;
        }

        // 3. Swap, 4. apply, 5. tell.
        if (book != before)
        {
            _edge.Book = book;
            if (!change.IsEmpty) await _planes.ApplyAsync(book.Edge, change, CancellationToken.None);
            foreach (var observer in _observers) Tell(observer, before, book, change);
        }

        if (drawn.Journal.Count > 0) Events.Tell(drawn.Journal);
        foreach (var pending in together)
        {
            pending.Answer.TrySetResult(pending.Refused.IsEmpty ? pending.Revision : Outcome<long>.Failed(pending.Refused));
        }
    }

    private void Note(AdmitWish admit, Items<Problem> refused)
    {
        if (refused.IsEmpty) Refusals.Forget(admit.Claim);
        else Refusals.Note(admit.Claim, refused);
    }

    /// <summary>The change stands by now, whatever becomes of the telling.</summary>
    private void Tell(IEdgeObserver observer, ClaimBook before, ClaimBook after, EdgeChange change)
    {
        try
        {
            observer.Applied(before, after, change);
        }
        catch (Exception error)
        {
            Log.ObserverFailed(_logger, error);
        }
    }

    private static Problem Internal(Exception error) =>
        new("internal", ProblemSide.Daemon, "signalbox", $"The change failed inside the daemon: {error.Message}", "See daemon.log in the home.");

    private sealed class Pending(Wish wish)
    {
        public Wish Wish { get; } = wish;

        public long Revision { get; set; }

        public Items<Problem> Refused { get; set; }

        // Continuations run elsewhere, or whoever waits would run on the writer and hold up the next change.
        public TaskCompletionSource<Outcome<long>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static class Log
    {
        public static void WriterFailed(ILogger logger, Exception error) => logger.LogError(error, "A change failed inside the writer; nothing of it was applied.");

        public static void ObserverFailed(ILogger logger, Exception error) => logger.LogError(error, "A change was applied, but not everybody inside the daemon could be told of it.");

        public static void NotRecorded(ILogger logger, string text) => logger.LogError("A change could not be recorded and was not applied: {Problem}", text);
    }
}
