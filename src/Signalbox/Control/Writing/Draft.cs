using Signalbox.Model;

namespace Signalbox.Control.Writing;

/// <summary>What a wish comes to, seen against the book as it stands: who leaves, who comes, and the words for the journal. May be nothing at all.</summary>
internal sealed record Draft
{
    public static Draft Nothing { get; } = new();

    public IReadOnlyList<Owner> Removed { get; init; } = [];

    public IReadOnlyList<Claim> Put { get; init; } = [];

    /// <summary>Lines for the journal: owner, change word, subject, detail. Revision and time are the writer's to add.</summary>
    public IReadOnlyList<(Owner Owner, string Change, string Subject, string? Detail)> Lines { get; init; } = [];

    /// <summary>Why the wish is refused; then nothing is put or removed, but the refusal may still have a line.</summary>
    public Items<Problem> Refused { get; init; }

    public bool ChangesClaims => Removed.Count > 0 || Put.Count > 0;

    public static (Owner, string, string, string?) Line(Claim claim, string change) =>
        (claim.Owner, change, string.Join(", ", ClaimSubject(claim)), claim.Backends.IsEmpty ? claim.Label : $"→ {claim.Backends}");

    private static IEnumerable<string> ClaimSubject(Claim claim) => Merging.ClaimBook.KeysOf(claim).Select(key => key.ToString());
}
