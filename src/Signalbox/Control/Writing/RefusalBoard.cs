using Signalbox.Model;

namespace Signalbox.Control.Writing;

/// <summary>Who was refused a name of late, so that <c>routes</c> and <c>why</c> can tell. A refusal is no claim: it is kept in memory, for a while, and bounded.</summary>
internal sealed class RefusalBoard(TimeProvider time)
{
    /// <summary>As long as a person may wonder where their command went.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>A program that asks in a loop must not fill the memory; the latest are what a person looks for.</summary>
    private const int Most = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<(RouteKey Key, Owner Owner), Refusal> _refusals = [];

    /// <summary>Notes a refusal; the newest of one owner for one name counts.</summary>
    public void Note(Claim claim, Items<Problem> problems)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            Prune(now);
            foreach (var key in Merging.ClaimBook.KeysOf(claim))
            {
                // Only the names that stood in the way: the claim's others were not the reason.
                if (problems.FirstOrDefault(problem => problem.Subject == key.ToString()) is { } reason) _refusals[(key, claim.Owner)] = new Refusal(key, claim, reason, now);
            }

            while (_refusals.Count > Most) _refusals.Remove(_refusals.MinBy(pair => pair.Value.At).Key);
        }
    }

    /// <summary>The owner has what it was refused before.</summary>
    public void Forget(Claim claim)
    {
        lock (_lock)
        {
            if (_refusals.Count == 0) return;
            foreach (var key in Merging.ClaimBook.KeysOf(claim)) _refusals.Remove((key, claim.Owner));
        }
    }

    /// <summary>All of late, oldest first.</summary>
    public IReadOnlyList<Refusal> All()
    {
        lock (_lock)
        {
            Prune(time.GetUtcNow());
            return [.. _refusals.Values.OrderBy(refusal => refusal.At)];
        }
    }

    private void Prune(DateTimeOffset now)
    {
        foreach (var (key, refusal) in _refusals)
        {
            if (now - refusal.At > Kept) _refusals.Remove(key);
        }
    }
}

/// <summary>One refused wish: for which name, of whom, why, when.</summary>
internal sealed record Refusal(RouteKey Key, Claim Claim, Problem Problem, DateTimeOffset At);
