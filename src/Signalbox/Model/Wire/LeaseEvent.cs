namespace Signalbox.Model.Wire;

/// <summary>
/// One line of the stream that answers a lease. <see cref="Event"/> is one of: <c>granted</c>, <c>proved</c>,
/// <c>unproved</c> (the proof failed and is tried again), <c>backend-down</c>, <c>displaced</c>, <c>restored</c>, <c>quarantined</c>, <c>shutdown</c> (the daemon ends on purpose: wait for it, do not start it).
/// </summary>
internal sealed record LeaseEvent
{
    public required string Event { get; init; }

    /// <summary>The lease's id, for updates. In <c>granted</c>.</summary>
    public string? Id { get; init; }

    /// <summary>The URLs of the claim's hosts as a browser would use them, with the port where it is not the scheme's own. In <c>granted</c> and <c>proved</c>.</summary>
    public string[]? Urls { get; init; }

    /// <summary>The root certificate's file for clients that do not trust it yet. In <c>granted</c>.</summary>
    public string? RootCertificate { get; init; }

    public long? Revision { get; init; }

    /// <summary>Where it leads. In <c>proved</c>: what was proved, which need not be what the holder told a moment ago.</summary>
    public string[]? Backends { get; init; }

    /// <summary>What it is about, in words: who took the name, why the backend is down.</summary>
    public Problem? Problem { get; init; }
}

/// <summary>Body of <c>PUT /v1/leases/{id}</c>: where the holder's command really listens. Replaces what was told before.</summary>
internal sealed record LeaseUpdate
{
    public string[] Backends { get; init => field = value ?? []; } = [];
}

/// <summary>Answer to <c>POST /v1/ports</c>: a port nobody else is given for <see cref="Seconds"/> seconds, free at this moment on both loopback addresses.</summary>
internal sealed record PortGrant(int Port, int Seconds);
