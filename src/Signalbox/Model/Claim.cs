namespace Signalbox.Model;

/// <summary>What a route carries.</summary>
internal enum RouteKind
{
    Http,
    TlsPassthrough,
    Tcp,
}

/// <summary>How a name is served over TLS.</summary>
internal enum TlsMode
{
    /// <summary>HTTPS wherever a certificate can be had for the name, and plain HTTP is sent there by 308; plain HTTP otherwise.</summary>
    Auto,

    /// <summary>Plain HTTP only.</summary>
    Off,

    /// <summary>As <see cref="Auto"/>, with the certificate that somebody gave for this name and no other. Which files those are is no matter of the route.</summary>
    Own,
}

/// <summary>How long a claim lives.</summary>
internal enum ClaimLife
{
    /// <summary>Until its source takes it back.</summary>
    Lasting,

    /// <summary>As long as its holder's open connection.</summary>
    Lease,
}

/// <summary>
/// One owner's wish. Immutable and equal by value. The times are recorded by the one writer when the claim comes in and are part of the claim:
/// the outcome of every conflict follows from claims and their times alone.
/// </summary>
internal sealed record Claim
{
    public required Owner Owner { get; init; }

    /// <summary>Normalised by <see cref="HostName.Parse"/>; at least one.</summary>
    public required Items<string> Hosts { get; init; }

    /// <summary>A prefix that matches at segment boundaries; <c>/</c> is everything. Normalised by <see cref="RoutePath.Parse"/>.</summary>
    public string Path { get; init; } = "/";

    public RouteKind Kind { get; init; } = RouteKind.Http;

    /// <summary>May be empty: a lease whose command does not listen yet holds its name all the same.</summary>
    public Items<Backend> Backends { get; init; }

    public TlsMode Tls { get; init; } = TlsMode.Auto;

    /// <summary>The Host header for the backend; null keeps the client's.</summary>
    public string? HostHeader { get; init; }

    public ClaimLife Life { get; init; } = ClaimLife.Lasting;

    /// <summary>Claims of one project (repository root, compose project, session) never refuse each other: the newest has the name. Null: a project of its own.</summary>
    public string? Project { get; init; }

    /// <summary>Claims of one group (replicas of one service) share a route and join their backends. Null: no group.</summary>
    public string? Group { get; init; }

    /// <summary>Words for people: the command, the file and line, the container.</summary>
    public string? Label { get; init; }

    /// <summary>When this owner first made the claim for these hosts (UTC; unique, see Control).</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When this claim's project began to hold the name: earlier holders go first. Inherited from the project's claim that held before.</summary>
    public DateTimeOffset Held { get; init; }

    /// <summary>When the name was taken with <c>--take</c>; the latest taker goes first. Null: not taken.</summary>
    public DateTimeOffset? Taken { get; init; }

    /// <summary>The id users see; a pure function of the owner.</summary>
    public string Id => Naming.Id(Owner);

    /// <summary>What the same-project rule compares.</summary>
    public string ProjectKey => Project ?? Owner.ToString();

    /// <summary>True when the other claim asks for the same, whatever the recorded times say.</summary>
    public bool SameWish(Claim other) => this with { Since = other.Since, Held = other.Held, Taken = other.Taken } == other;
}
