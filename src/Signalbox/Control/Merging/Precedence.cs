using System.Collections.Immutable;
using Signalbox.Model;

namespace Signalbox.Control.Merging;

/// <summary>
/// The conflict rules as one pure function of claims and their recorded times; the order in which claims came in never matters.
/// <list type="number">
/// <item>Between projects: the latest taker goes first; where nobody took the name, whoever began to hold it first.</item>
/// <item>Within a project: the newest claim, but one that leads somewhere goes before one that has no backend yet, so that
/// a server which is only starting takes nothing from the one that runs.</item>
/// <item>What is still equal (never, for times are unique) is decided by the owners' order.</item>
/// </list>
/// </summary>
internal static class Precedence
{
    /// <summary>The claim that has the name. <paramref name="contenders"/> holds at least one.</summary>
    public static Claim Winner(ImmutableArray<Claim> contenders)
    {
        if (contenders.Length == 1) return contenders[0];
        var first = contenders[0];
        foreach (var claim in contenders.AsSpan()[1..])
        {
            if (HoldsBefore(claim, first)) first = claim;
        }

        var project = first.ProjectKey;
        var winner = first;
        foreach (var claim in contenders)
        {
            if (claim.ProjectKey == project && IsNewer(claim, winner)) winner = claim;
        }

        return winner;
    }

    /// <summary>The route the contenders make: the winner's, with the backends of its whole group.</summary>
    public static Route Resolve(RouteKey key, ImmutableArray<Claim> contenders, long revision)
    {
        var winner = Winner(contenders);
        var backends = winner.Backends;
        if (winner.Group is not null && contenders.Length > 1)
        {
            backends = contenders.Where(claim => Joins(claim, winner))
                .SelectMany(claim => claim.Backends).Distinct().OrderBy(backend => backend.ToString(), StringComparer.Ordinal).ToItems();
        }

        return new Route
        {
            Key = key,
            Id = winner.Id,
            Owner = winner.Owner,
            Kind = winner.Kind,
            Backends = backends,
            Tls = winner.Tls,
            HostHeader = winner.HostHeader,
            Life = winner.Life,
            Label = winner.Label,
            Since = winner.Since,
            Revision = revision,
        };
    }

    /// <summary>True when the claim shares the winner's route: it is of the same group, in the same project.</summary>
    public static bool Joins(Claim claim, Claim winner) => winner.Group is not null && claim.Group == winner.Group && claim.ProjectKey == winner.ProjectKey;

    private static bool HoldsBefore(Claim claim, Claim other)
    {
        if (claim.Taken != other.Taken) return claim.Taken is not null && (other.Taken is null || claim.Taken > other.Taken);
        if (claim.Held != other.Held) return claim.Held < other.Held;
        return claim.Owner.CompareTo(other.Owner) < 0;
    }

    private static bool IsNewer(Claim claim, Claim other)
    {
        if (claim.Backends.IsEmpty != other.Backends.IsEmpty) return other.Backends.IsEmpty;
        if (claim.Since != other.Since) return claim.Since > other.Since;
        return claim.Owner.CompareTo(other.Owner) > 0;
    }
}
