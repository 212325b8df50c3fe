namespace Signalbox.Model;

/// <summary>What a route is looked up by: a host (exact or <c>*.</c>) and a path prefix. Ordered by host, then path, ordinally.</summary>
internal readonly record struct RouteKey(string Host, string Path) : IComparable<RouteKey>
{
    public int CompareTo(RouteKey other)
    {
        var order = string.CompareOrdinal(Host, other.Host);
        return order != 0 ? order : string.CompareOrdinal(Path, other.Path);
    }

    public override string ToString() => Path == "/" ? Host : Host + Path;
}

/// <summary>What won: one host and path with its backends. Immutable, equal by value.</summary>
internal sealed record Route
{
    public required RouteKey Key { get; init; }

    /// <summary>The id of the claim that won.</summary>
    public required string Id { get; init; }

    public required Owner Owner { get; init; }

    public RouteKind Kind { get; init; }

    /// <summary>Of the winning claim and its group, sorted, each once.</summary>
    public Items<Backend> Backends { get; init; }

    public TlsMode Tls { get; init; }

    public string? HostHeader { get; init; }

    public ClaimLife Life { get; init; }

    /// <summary>Words for people, from the claim.</summary>
    public string? Label { get; init; }

    /// <summary>Since when the winning claim has stood (UTC).</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The revision at which this route last changed; what its proof must show.</summary>
    public long Revision { get; init; }
}
