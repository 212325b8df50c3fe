using Signalbox.Model;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Proxy.Forwarding.Pooling;

/// <summary>Idle connections by backend; the last one put back is taken first, so that those not needed grow old and go.</summary>
internal interface IBackendPool : IDisposable
{
    /// <summary>Idle connections kept for one backend, over all loops: above what a browser's burst over HTTP/2 opens at once (100 streams).</summary>
    const int MostIdle = 256;

    /// <summary>Idle connections are kept this long; a dev server that restarts closes them itself before.</summary>
    static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    /// <summary>How often the old ones are looked for; they live up to this much longer.</summary>
    static readonly TimeSpan SweepTime = TimeSpan.FromSeconds(15);

    /// <summary>An idle connection that is still good, or null.</summary>
    /// <param name="backend">Where it leads.</param>
    /// <param name="mustBeFresh">True when the request cannot be repeated, so that a look at the connection is worth a system call.</param>
    BackendConnection? Take(Backend backend, bool mustBeFresh);

    /// <exception cref="UnreachableException">None can be made.</exception>
    ValueTask<BackendConnection> OpenAsync(Backend backend, CancellationToken cancellation);

    /// <summary>Keeps it for the next request, if there is room.</summary>
    void Return(Backend backend, BackendConnection connection);
}
