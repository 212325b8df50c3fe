using Signalbox.Model;

namespace Signalbox.Control.Merging;

/// <summary>
/// Gives a claim its recorded times when it comes in, and tells who stands in its way. Pure: the time is an argument.
/// A claim keeps the times of its owner's former claim for the same hosts, so that a holder who reconnects, or moves to another port, loses no place.
/// </summary>
internal static class Admission
{
    /// <summary>The claim as it is to be recorded.</summary>
    /// <param name="book">What stands now.</param>
    /// <param name="claim">The wish, without times.</param>
    /// <param name="now">Unique and later than every recorded time.</param>
    /// <param name="take">True when the name is to be taken from whoever holds it.</param>
    public static Claim Record(ClaimBook book, Claim claim, DateTimeOffset now, bool take)
    {
        var former = book.Find(claim.Owner);
        if (former is not null && former.Hosts == claim.Hosts && former.Path == claim.Path && former.ProjectKey == claim.ProjectKey)
        {
            return claim with { Since = former.Since, Held = former.Held, Taken = take ? now : former.Taken };
        }

        // The project holds the name, not the single process: a newer claim of the same project inherits the hold, so that a rival
        // who queued up meanwhile does not win when the older process leaves. The owner's own former claim counts too: a holder who adds
        // a host keeps its place on the ones it had.
        var held = now;
        DateTimeOffset? taken = take ? now : null;
        foreach (var key in ClaimBook.KeysOf(claim))
        {
            foreach (var other in book.Contenders(key))
            {
                if (other.ProjectKey != claim.ProjectKey) continue;
                if (other.Held < held) held = other.Held;
                if (!take && other.Taken > (taken ?? DateTimeOffset.MinValue)) taken = other.Taken;
            }
        }

        return claim with { Since = now, Held = held, Taken = taken };
    }

    /// <summary>
    /// The claims of other projects that have any of these names now; empty when nobody is in the way. A lease that stands already, in the shadow of
    /// whoever took its name, is no newcomer when its holder reconnects: it goes on standing there.
    /// </summary>
    public static IReadOnlyList<(RouteKey Key, Claim Holder)> Holders(ClaimBook book, Claim claim)
    {
        var holders = new List<(RouteKey, Claim)>();
        var standing = claim.Life == ClaimLife.Lease && book.Find(claim.Owner) is { } former ? ClaimBook.KeysOf(former).ToHashSet() : null;
        foreach (var key in ClaimBook.KeysOf(claim))
        {
            if (standing?.Contains(key) == true) continue;
            var contenders = book.Contenders(key);
            if (contenders.IsEmpty) continue;
            var winner = Precedence.Winner(contenders);
            if (winner.Owner != claim.Owner && winner.ProjectKey != claim.ProjectKey) holders.Add((key, winner));
        }

        return holders;
    }
}
