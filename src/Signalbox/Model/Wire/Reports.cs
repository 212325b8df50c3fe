namespace Signalbox.Model.Wire;

/// <summary>The states a user sees of a claim on a host.</summary>
internal static class RouteStates
{
    public const string Pending = "pending";
    public const string Live = "live";
    public const string BackendDown = "backend-down";
    public const string Shadowed = "shadowed";
    public const string Refused = "refused";
    public const string Quarantined = "quarantined";
}

/// <summary>One claim on one host and path, as <c>routes</c> shows it.</summary>
internal sealed record RouteReport
{
    public required string Id { get; init; }

    public required string Host { get; init; }

    public required string Path { get; init; }

    public required string Kind { get; init; }

    /// <summary>One of <see cref="RouteStates"/>.</summary>
    public required string State { get; init; }

    public required string Owner { get; init; }

    public required string Source { get; init; }

    public required string[] Backends { get; init; }

    /// <summary>As a browser would use it.</summary>
    public required string Url { get; init; }

    /// <summary>When the claim was made (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the present state began (UTC), where it is known.</summary>
    public DateTimeOffset? StateSince { get; init; }

    public required long Revision { get; init; }

    public string? Label { get; init; }

    public Problem? Problem { get; init; }
}

/// <summary>One address and port. Protocol is <c>http</c> or <c>https</c>.</summary>
internal sealed record ListenerReport(string Address, int Port, string Protocol)
{
    /// <summary>Why nobody is let in there at present; null when all is well.</summary>
    public Problem? Problem { get; init; }
}

/// <summary>What the router's listeners run on.</summary>
/// <param name="Kind"><see cref="Epoll"/> or <see cref="Sockets"/>.</param>
/// <param name="Loops">Threads with an event loop each; 0 on sockets, where the framework has threads of its own.</param>
/// <param name="Reason">Why sockets are used where epoll was asked for, as the end of a sentence; else null.</param>
internal sealed record TransportReport(string Kind, int Loops, string? Reason)
{
    public const string Epoll = "epoll";
    public const string Sockets = "sockets";

    /// <summary>How long the longest turn of a loop took since the start, in which everything else on that loop waited; null on sockets.</summary>
    public double? LongestTurnMilliseconds { get; init; }

    /// <summary>What took longest in that turn; null unless it was long enough to be reported in the log.</summary>
    public string? LongestTurnAt { get; init; }
}

/// <summary>State is <c>applied</c>, <c>applying</c> or <c>failed</c>.</summary>
internal sealed record PlaneStatus(string Name, string State, long Revision, Problem? Problem);

internal sealed record RouteCounts(int Live, int Pending, int BackendDown, int Shadowed, int Quarantined);

internal sealed record StatusReport
{
    public required string Version { get; init; }

    public required int Pid { get; init; }

    public required string Home { get; init; }

    public required long Revision { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required ListenerReport[] Listeners { get; init; }

    /// <summary>What is to be listened on and is not at present, each with the reason; it is tried again and again.</summary>
    public ListenerReport[] Waiting { get; init => field = value ?? []; } = [];

    /// <summary>Null from a daemon older than this member.</summary>
    public TransportReport? Transport { get; init; }

    /// <summary>Under which names are made that are not given whole: the first of the config's base domains.</summary>
    public string? BaseDomain { get; init; }

    public required PlaneStatus[] Planes { get; init; }

    public required RouteCounts Routes { get; init; }

    public required Problem[] Problems { get; init; }

    /// <summary>Things said plainly that are no problem, such as how to get ports 80 and 443.</summary>
    public string[] Notices { get; init => field = value ?? []; } = [];
}

/// <summary>One step of the way of a request. Outcome is <c>ok</c>, <c>failed</c>, <c>warning</c> or <c>skipped</c>.</summary>
internal sealed record WhyStep(string Step, string Outcome, string Detail);

internal sealed record WhyReport
{
    public required string Url { get; init; }

    /// <summary>One of <see cref="RouteStates"/>, or <c>no-route</c>, <c>invalid</c>.</summary>
    public required string Verdict { get; init; }

    public RouteReport? Route { get; init; }

    public CertificateReport? Certificate { get; init; }

    /// <summary>The backend's last state in words; null when there is none.</summary>
    public string? Backend { get; init; }

    public RouteReport[] Shadowed { get; init => field = value ?? []; } = [];

    public required WhyStep[] Steps { get; init; }

    public string? Advice { get; init; }
}

/// <summary>
/// State of a certificate of one's own is <c>valid</c>, <c>failed</c> or <c>expired</c>. State of a local certificate is <c>valid</c>, <c>not-issued</c> (issued at first use), <c>expired</c> or <c>unavailable</c>; of a public one a word of
/// <see cref="CertificateStates"/>.
/// </summary>
internal sealed record CertificateReport(string Name, string Issuer, string State, DateTimeOffset? NotAfter, string? NextStep, string? Reason)
{
    /// <summary>What was looked at before the first order, and what was found; only of one name that is asked for.</summary>
    public WhyStep[]? Evidence { get; init; }
}

/// <summary>The states of a public certificate.</summary>
internal static class CertificateStates
{
    /// <summary>One of one's own, and it is good.</summary>
    public const string Valid = "valid";

    /// <summary>None yet; it is the name's turn soon.</summary>
    public const string Wanted = "wanted";

    /// <summary>The name is looked at before its first order.</summary>
    public const string Checking = "checking";

    /// <summary>The order is at the CA.</summary>
    public const string Ordering = "ordering";

    /// <summary>The CA looks whether the name is ours.</summary>
    public const string Validating = "validating";

    /// <summary>There is one, and it is good.</summary>
    public const string Issued = "issued";

    /// <summary>There is one, and its successor is being had.</summary>
    public const string Renewing = "renewing";

    /// <summary>There is one, and its CA is being asked to revoke it.</summary>
    public const string Revoking = "revoking";

    /// <summary>It was revoked, and no other one is wanted; only in the answer to whoever had it revoked.</summary>
    public const string Revoked = "revoked";

    /// <summary>There is none, because the last try failed; the next one has its time.</summary>
    public const string Failed = "failed";

    /// <summary>Held up by something that is no failure: a limit of the CA, or an issuer that is not ready.</summary>
    public const string Paused = "paused";

    /// <summary>Its time is over.</summary>
    public const string Expired = "expired";

    /// <summary>Nobody signs for the name: the local authority's root may not, and no certificate is wanted of a public CA.</summary>
    public const string Unavailable = "unavailable";
}

/// <summary>Kind is <c>missing</c>, <c>extra</c> or <c>different</c>.</summary>
internal sealed record DriftEntry(string Kind, string Route, string? Expected, string? Found);

internal sealed record PlaneCheck(string Name, string State, DriftEntry[] Drift);

internal sealed record CheckReport(bool Ok, PlaneCheck[] Planes);

/// <summary>One line of the journal. Change is <c>put</c>, <c>remove</c>, <c>take</c> or <c>refuse</c>.</summary>
internal sealed record HistoryEntry(long Revision, DateTimeOffset Time, string Owner, string Change, string Subject, string? Detail);
