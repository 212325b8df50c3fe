using Signalbox.Control.Merging;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;

namespace Signalbox.Control.Writing;

/// <summary>The wishes that are written together, each drawn against the book the one before left, and what they come to in sum: one change, one transaction.</summary>
internal sealed class DrawnBatch(ClaimBook before, Ticker ticker, DateTimeOffset now)
{
    private readonly Dictionary<Owner, Claim?> _claims = [];
    private readonly List<HistoryEntry> _journal = [];
    private EdgeChange _first = new(before.Edge.Revision, default, default);

    /// <summary>From the second change on: key to route, null where it is gone. A sum, because joining two changes anew for each wish would cost the square of a large one.</summary>
    private Dictionary<RouteKey, Route?>? _sum;

    public ClaimBook Book { get; private set; } = before;

    public IReadOnlyList<HistoryEntry> Journal => _journal;

    public bool IsEmpty => _claims.Count == 0 && _journal.Count == 0;

    /// <summary>Adds a wish. Nothing of it is added when this throws.</summary>
    /// <returns>The revision at which it stands, and why it is refused.</returns>
    public (long Revision, Items<Problem> Refused) Add(Wish wish)
    {
        var draft = wish.Draw(Book, ticker);
        if (draft.ChangesClaims)
        {
            var (book, change) = Book.Apply(draft.Removed, draft.Put, Book.Edge.Revision + 1);
            Book = book;
            Sum(change);
            foreach (var owner in draft.Removed) _claims[owner] = null;
            foreach (var claim in draft.Put) _claims[claim.Owner] = claim;
        }

        foreach (var (owner, word, subject, detail) in draft.Lines) _journal.Add(new HistoryEntry(Book.Edge.Revision, now, owner.ToString(), word, subject, detail));
        return (Book.Edge.Revision, draft.Refused);
    }

    /// <summary>What all of it changed against the book before.</summary>
    public EdgeChange Change() => _sum is null
        ? _first with { Revision = Book.Edge.Revision }
        : new EdgeChange(Book.Edge.Revision, _sum.Values.OfType<Route>().ToItems(), _sum.Where(pair => pair.Value is null).Select(pair => pair.Key).ToItems());

    public StoreBatch ToStore() => new(
        Book.Edge.Revision,
        [.. _claims.Values.OfType<Claim>()],
        [.. _claims.Where(pair => pair.Value is null).Select(pair => pair.Key)],
        _journal);

    private void Sum(EdgeChange change)
    {
        if (change.IsEmpty) return;
        if (_sum is null && _first.IsEmpty)
        {
            _first = change;
            return;
        }

        if (_sum is null) Gather(_sum = new Dictionary<RouteKey, Route?>(_first.Set.Count), _first);
        Gather(_sum, change);
    }

    private static void Gather(Dictionary<RouteKey, Route?> sum, EdgeChange change)
    {
        foreach (var route in change.Set) sum[route.Key] = route;
        foreach (var key in change.Removed) sum[key] = null;
    }
}
