namespace Signalbox.Benchmarks.Contestants;

/// <summary>What not every contestant carries.</summary>
internal enum Feature
{
    /// <summary>Host routing: the bare relay has a single backend.</summary>
    Hosts,
    Tls,
    Http2,
    WebSockets,
    Uploads,

    /// <summary>A route can be changed while others go on (<see cref="Contestant.ChangeRouteAsync"/>).</summary>
    Changes,
}
