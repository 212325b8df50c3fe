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
internal sealed class Lease(Claim claim, EdgeHolder edge, Boards boards, ListenerBook listeners) : IDisposable
{
    private readonly RouteWatches.RouteWatch _watch = boards.Watches.Watch(ClaimBook.KeysOf(claim));
    private volatile bool _shutdown;
    private volatile bool _closed;

    public Claim Claim => claim;

    public string Id { get; } = claim.Id;

    /// <summary>Granted first; then every change, until the lease is closed or the token ends it.</summary>
    public async IAsyncEnumerable<LeaseEvent> EventsAsync(string rootCertificate, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var urls = ClaimBook.KeysOf(claim).Select(key => listeners.Url(key, claim.Tls)).ToArray();
        yield return new LeaseEvent { Event = "granted", Id = Id, Urls = urls, RootCertificate = rootCertificate, Revision = edge.Book.Edge.Revision };
        (string Event, Problem? Problem, Items<Backend> Backends) told = ("granted", null, default);
        while (!_closed)
        {
            if (_shutdown)
            {
                yield return new LeaseEvent { Event = "shutdown" };
                yield break;
            }

            var (word, problem, revision, backends) = Look();

            // “Proved” is said again when it leads elsewhere now, for the holder asked for that.
            var differs = word is not null && (word != told.Event || (word == "proved" ? backends != told.Backends : problem?.Text != told.Problem?.Text));
            if (differs)
            {
                if (told.Event == "displaced") yield return new LeaseEvent { Event = "restored", Urls = urls, Revision = revision };
                told = (word!, problem, backends);
                yield return new LeaseEvent { Event = word!, Urls = urls, Revision = revision, Problem = problem };
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

    /// <summary>When the stream has ended.</summary>
    public void Dispose() => _watch.Dispose();

    /// <summary>The worst state of its names, as the word for the stream; null while it is pending and there is nothing to tell.</summary>
    private (string? Event, Problem? Problem, long Revision, Items<Backend> Backends) Look()
    {
        var book = edge.Book;
        var pending = false;
        (string, Problem?)? down = null;
        long revision = 0;
        Items<Backend> backends = default;
        foreach (var key in ClaimBook.KeysOf(claim))
        {
            if (!book.Edge.Routes.TryGetValue(key, out var route)) return (null, null, 0, default);
            revision = Math.Max(revision, route.Revision);
            if (route.Owner != claim.Owner)
            {
                // Nothing was lost while our own command does not listen yet: the older server of this project serves until then.
                if (book.Find(claim.Owner) is { Backends.IsEmpty: true }) return (null, null, revision, default);
                return ("displaced", new Problem(ProblemType.HostInUse, ProblemSide.Request, key.ToString(), $"The name went to {route.Label ?? route.Owner.ToString()}.", "It comes back when that one leaves."), revision, default);
            }

            backends = route.Backends;
            var status = boards.Routes.Status(route);
            switch (status.State)
            {
                case RouteStates.Quarantined: return ("quarantined", status.Problem, revision, default);
                case RouteStates.BackendDown: down = ("backend-down", status.Problem); break;
                case RouteStates.Pending:
                    pending = true;
                    if (status.Problem?.Type == ProblemType.RouteUnproved) down ??= ("unproved", status.Problem);
                    break;
            }
        }

        if (down is { } problem) return (problem.Item1, problem.Item2, revision, default);
        return pending ? (null, null, revision, default) : ("proved", null, revision, backends);
    }
}
