using System.Runtime.CompilerServices;
using Signalbox.Control.Merging;
using Signalbox.Control.Proving;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Leases;

/// <summary>
/// One held lease and the stream of what its holder is told. Level-triggered: at each wake the state of its names is looked at whole, and told when it
/// differs from what was told last.
/// </summary>
/// <param name="claim">What is leased.</param>
/// <param name="book">Where the lease stands, and what it is told from.</param>
internal sealed class Lease(Claim claim, LeaseBook book) : ILease
{
    private readonly RouteWatches.RouteWatch _watch = book.Boards.Watches.Watch(ClaimBook.KeysOf(claim), leased: true);
    private volatile bool _shutdown;
    private volatile bool _closed;

    public Claim Claim => claim;

    public string Id { get; } = claim.Id;

    /// <summary>Granted first; then every change, until the lease is closed or the token ends it.</summary>
    public async IAsyncEnumerable<LeaseEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var urls = ClaimBook.KeysOf(claim).Select(key => book.Listeners.Url(key, claim.Tls)).ToArray();
        yield return new LeaseEvent { Event = "granted", Id = Id, Urls = urls, RootCertificate = book.RootCertificate, Revision = book.Edge.Book.Edge.Revision };
        (string Event, Problem? Problem, Items<Backend> Backends) told = ("granted", null, default);
        while (!_closed)
        {
            if (_shutdown)
            {
                yield return new LeaseEvent { Event = "shutdown" };
                yield break;
            }

            var (word, problem, revision, backends) = Look();

            // The same word is said again only where it means something new: proved at another backend, displaced by somebody else. That the wording
            // of a backend's error changed is nothing to tell.
            var differs = word is not null
                && (word != told.Event || (word == "proved" && backends != told.Backends) || (word == "displaced" && problem?.Text != told.Problem?.Text));
            if (differs)
            {
                if (told.Event == "displaced") yield return new LeaseEvent { Event = "restored", Urls = urls, Revision = revision };
                told = (word!, problem, backends);
                yield return new LeaseEvent { Event = word!, Urls = urls, Revision = revision, Problem = problem, Backends = word == "proved" ? [.. backends.Select(backend => backend.ToString())] : null };
            }

            try
            {
                await _watch.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
        }
    }

    public void Shutdown()
    {
        _shutdown = true;
        _watch.Wake();
    }

    /// <summary>Ends the stream: another connection is this owner's lease now.</summary>
    public void Close()
    {
        _closed = true;
        _watch.Wake();
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await book.EndAsync(this);
    }

    /// <summary>The worst state of its names, as the word for the stream; null while it is pending and there is nothing to tell.</summary>
    private (string? Event, Problem? Problem, long Revision, Items<Backend> Backends) Look()
    {
        var claims = book.Edge.Book;
        var pending = false;
        (string, Problem?)? down = null;
        long revision = 0;
        Items<Backend> backends = default;
        foreach (var key in ClaimBook.KeysOf(claim))
        {
            if (!claims.Edge.Routes.TryGetValue(key, out var route)) return (null, null, 0, default);
            revision = Math.Max(revision, route.Revision);
            if (route.Owner != claim.Owner)
            {
                // Nothing was lost while our own command does not listen yet: the older server of this project serves until then.
                if (claims.Find(claim.Owner) is { Backends.IsEmpty: true }) return (null, null, revision, default);
                return ("displaced", new Problem(ProblemType.HostInUse, ProblemSide.Request, key.ToString(), $"The name went to {(claims.Find(route.Owner) is { } taker ? Words.Holder(taker) : route.Owner.ToString())}.", "It comes back when that one leaves."), revision, default);
            }

            backends = route.Backends;
            var status = book.Boards.Routes.Status(route);
            switch (status.State)
            {
                case RouteStates.Quarantined: return ("quarantined", status.Problem, revision, default);
                case RouteStates.BackendDown: down = ("backend-down", status.Problem); break;
                case RouteStates.Pending:
                    pending = true;
                    // Not what lies with the command itself, which is only just starting.
                    if (status.Problem is { Side: not ProblemSide.Backend }) down ??= ("unproved", status.Problem);
                    break;
            }
        }

        if (down is { } problem) return (problem.Item1, problem.Item2, revision, default);
        return pending ? (null, null, revision, default) : ("proved", null, revision, backends);
    }
}
