using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Control.Writing;

/// <summary>Something to be changed. It is drawn by the writer against the book as it stands at its turn, never against an older one.</summary>
internal abstract record Wish
{
    public abstract Draft Draw(ClaimBook book, Ticker ticker);
}

/// <summary>One claim comes in or replaces its owner's former one. With <paramref name="RefuseConflicts"/> a name held by another project is refused whole; otherwise the claim stands in its shadow.</summary>
internal sealed record AdmitWish(Claim Claim, bool Take, bool RefuseConflicts) : Wish
{
    public override Draft Draw(ClaimBook book, Ticker ticker)
    {
        var now = ticker.Next();
        if (RefuseConflicts && !Take)
        {
            var holders = Admission.Holders(book, Claim);
            if (holders.Count > 0)
            {
                var problems = holders.Select(holder => Conflict(holder.Key, holder.Holder, now)).ToItems();
                return new Draft { Refused = problems, Lines = [(Claim.Owner, "refuse", holders[0].Key.ToString(), $"held by {holders[0].Holder.Owner}")] };
            }
        }

        var recorded = Admission.Record(book, Claim, now, Take);
        return book.Find(recorded.Owner) == recorded ? Draft.Nothing : new Draft { Put = [recorded], Lines = [Draft.Line(recorded, Take ? "take" : "put")] };
    }

    private static Problem Conflict(RouteKey key, Claim holder, DateTimeOffset now) => new(
        ProblemType.HostInUse,
        ProblemSide.Request,
        key.ToString(),
        $"{key} is held by {Words.Holder(holder)}, for {Words.Span(now - holder.Held)}.",
        "Use another name (for `signalbox dev`: --label or --name), stop the holder, or take the name with --take.");
}

/// <summary>Owners leave.</summary>
internal sealed record ReleaseWish(IReadOnlyList<Owner> Owners) : Wish
{
    public override Draft Draw(ClaimBook book, Ticker ticker)
    {
        var leaving = Owners.Select(book.Find).OfType<Claim>().ToList();
        return leaving.Count == 0
            ? Draft.Nothing
            : new Draft { Removed = [.. leaving.Select(claim => claim.Owner)], Lines = [.. leaving.Select(claim => Draft.Line(claim, "remove"))] };
    }
}

/// <summary>A holder tells where its command really listens.</summary>
internal sealed record BackendsWish(Owner Owner, Items<Backend> Backends) : Wish
{
    public override Draft Draw(ClaimBook book, Ticker ticker)
    {
        var claim = book.Find(Owner);
        if (claim is null)
        {
            return new Draft { Refused = [new Problem(ProblemType.NotFound, ProblemSide.Request, Owner.ToString(), "This lease has ended.", "Take a new one.")] };
        }

        var changed = claim with { Backends = Backends };
        return changed == claim ? Draft.Nothing : new Draft { Put = [changed], Lines = [Draft.Line(changed, "put")] };
    }
}

/// <summary>A source says its whole set: what it no longer names leaves, what is new or differs comes in, what is equal stays untouched.</summary>
internal sealed record ReplaceWish(string Source, IReadOnlyList<Claim> Claims) : Wish
{
    /// <summary>Above this many lines a replacement is told in one line, or a large file would push everything else out of the journal.</summary>
    private const int MostLines = 50;

    public override Draft Draw(ClaimBook book, Ticker ticker)
    {
        var wanted = new HashSet<Owner>(Claims.Count);
        var put = new List<Claim>();
        foreach (var claim in Claims)
        {
            wanted.Add(claim.Owner);
            if (book.Find(claim.Owner) is { } standing && standing.SameWish(claim)) continue;
            put.Add(Admission.Record(book, claim, ticker.Next(), take: false));
        }

        var leaving = book.Claims.Where(claim => claim.Owner.Source == Source && !wanted.Contains(claim.Owner)).ToList();
        if (put.Count == 0 && leaving.Count == 0) return Draft.Nothing;
        List<(Owner, string, string, string?)> lines = put.Count + leaving.Count <= MostLines
            ? [.. put.Select(claim => Draft.Line(claim, "put")), .. leaving.Select(claim => Draft.Line(claim, "remove"))]
            : [(new Owner(Source, "*"), "put", $"{put.Count} claims", $"{leaving.Count} removed")];
        return new Draft { Put = put, Removed = [.. leaving.Select(claim => claim.Owner)], Lines = lines };
    }
}
