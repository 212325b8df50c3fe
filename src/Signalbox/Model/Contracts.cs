namespace Signalbox.Model;

/// <summary>Watches one place and says, whole and again at each change, which claims it makes.</summary>
internal interface ISource
{
    /// <summary>The source's name, which is its owners' <see cref="Owner.Source"/>.</summary>
    string Name { get; }

    /// <summary>Whole claim sets, the first as soon as it is known; ends only with the token. What is wrong with the place comes along as problems.</summary>
    IAsyncEnumerable<SourceReport> WatchAsync(CancellationToken cancellation);
}

/// <summary>What a source says.</summary>
/// <param name="Claims">The whole set now, or null when it cannot be told and the last one stays in force.</param>
/// <param name="Problems">What is wrong; replaces what this source reported before.</param>
internal sealed record SourceReport(IReadOnlyList<Claim>? Claims, Items<Problem> Problems);

/// <summary>A router that is made to carry the edge state.</summary>
internal interface IPlane
{
    string Name { get; }

    /// <summary>Makes the plane carry the state. Idempotent: applying the same state again changes nothing. Called by one writer, in order of revisions.</summary>
    /// <param name="state">The whole state.</param>
    /// <param name="change">The difference to the state given last.</param>
    /// <param name="cancellation">Stops waiting; the plane may still have applied.</param>
    ValueTask<PlaneReport> ApplyAsync(EdgeState state, EdgeChange change, CancellationToken cancellation);

    /// <summary>What the plane really carries, read from the plane itself.</summary>
    ValueTask<IReadOnlyDictionary<RouteKey, string>> ObserveAsync(CancellationToken cancellation);
}

/// <summary>What a plane carries after an apply.</summary>
/// <param name="Revision">The revision it now carries.</param>
/// <param name="Refused">Routes it cannot carry, each with the reason; they are quarantined, the rest is applied.</param>
internal sealed record PlaneReport(long Revision, Items<RefusedRoute> Refused);

/// <summary>One route a plane cannot carry, and why.</summary>
internal sealed record RefusedRoute(RouteKey Key, Problem Problem);

/// <summary>Host name to certificate: what a listener asks at each handshake. Implementations answer known names without I/O.</summary>
internal interface ICertificateBook
{
    /// <summary>True when a certificate for the name is or can be had, so that HTTPS is to be served and http redirected. No I/O.</summary>
    bool Covers(string host);

    /// <summary>The certificate for exactly this name, issued if need be; null when none can be had, never somebody else's.</summary>
    /// <param name="host">Lower case, no trailing dot.</param>
    /// <param name="keep">True for a routed name: what is issued is kept on disk. False: in memory only, bounded.</param>
    ValueTask<ServerCertificate?> FindAsync(string host, bool keep);
}

/// <summary>Told what requests learn of backends. Called on the request path: must return at once.</summary>
internal interface IBackendObserver
{
    /// <summary>A connection was accepted.</summary>
    void Reached(Backend backend);

    /// <summary>No connection could be made.</summary>
    void Failed(Backend backend, string error);
}
