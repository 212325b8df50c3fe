using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;

namespace Signalbox.Tests.Store;

/// <summary>What is committed at each revision: a pure function of the revision, so that two processes agree on it without a word.</summary>
internal static class StorePlan
{
    /// <summary>One batch in eight is large, so that a kill has the time to strike in its middle.</summary>
    public static StoreBatch Batch(long revision)
    {
        var random = new Random((int)revision);
        var puts = random.Next(8) == 0 ? 1500 : random.Next(1, 20);
        var first = random.Next(200);
        var claims = Enumerable.Range(first, puts).Select(number => Samples.Claim(number, (int)revision)).ToArray();
        var removed = Enumerable.Range(0, random.Next(10)).Select(_ => Samples.Owner(random.Next(200))).Distinct().ToArray();
        return new StoreBatch(revision, claims, removed,
            [new HistoryEntry(revision, Samples.Start.AddTicks(revision), "site/plan", "put", $"{puts} claims", null)]);
    }

    /// <summary>Takes one batch into what stands.</summary>
    public static void Replay(Dictionary<Owner, Claim> claims, long revision)
    {
        var batch = Batch(revision);
        foreach (var owner in batch.Removed) claims.Remove(owner);
        foreach (var claim in batch.Put) claims[claim.Owner] = claim;
    }
}
