using Microsoft.AspNetCore.Http;
using Signalbox.Model;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Forwarding;
using Signalbox.Proxy.Health;
using Signalbox.Proxy.Responses;

namespace Signalbox.Proxy.Routing;

/// <summary>
/// Brings a request to a backend of its route. While none is there it waits, so that the restart of a dev server is a short wait and not an error:
/// woken by the backend's return or by a change of the route, and each time the route is looked up anew.
/// </summary>
internal sealed class Carrier(RouterOptions options, RouteTable table, IForwarder forwarder, BackendProbes probes, TimeProvider time)
{
    private uint _turn;

    /// <summary>A timestamp, for <see cref="RecoverAsync"/>.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Why the request is not to be carried there at all; null when it may be.</summary>
    public RequestFailure? LoopOf(RouterContext context, Route route) =>
        Via.LoopCause(context.Request.Headers.Via, options.Pseudonym, route.Id) is { } cause ? RequestFailure.Loop(route, cause) : null;

    /// <summary>Tries each of the route's backends once. Of a result that is not <see cref="ForwardOutcome.Done"/> <see cref="RecoverAsync"/> knows what to make.</summary>
    public ValueTask<ForwardResult> TryAsync(RouterContext context, Route route)
    {
        var backends = route.Backends;
        if (backends.Count > 1) return TryEachAsync(context, route, backends);
        if (backends.IsEmpty) return new(new ForwardResult(ForwardOutcome.Refused));
        return probes.Away(backends[0]) is { } away ? new(away) : forwarder.ForwardAsync(context, route, backends[0]);
    }

    /// <summary>After a first try that was not done.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">Its route at that try.</param>
    /// <param name="path">By which it was found.</param>
    /// <param name="result">Of that try.</param>
    /// <param name="began">When that try began, as a timestamp.</param>
    /// <returns>Null when the request has been answered or its client is gone.</returns>
    public ValueTask<RequestFailure?> RecoverAsync(RouterContext context, Route route, string path, ForwardResult result, long began) =>
        IsAway(result) ? WaitAsync(context, route, path, began) : new(FailureOf(result, route));

    private async ValueTask<RequestFailure?> WaitAsync(RouterContext context, Route route, string path, long began)
    {
        var left = options.BackendWait - time.GetElapsedTime(began);
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        var host = RequestHost.Of(context.Request);
        while (true)
        {
            // Asked for before the look-up: see RouteSignals.Next.
            var changed = table.Changed(host, route.Key.Host);
            if (table.Match(host, path) is not { } current) return RequestFailure.NoRoute(RequestHost.Name(host).ToString(), path);
            route = current;
            if (LoopOf(context, route) is { } loop) return loop;
            var result = await TryAsync(context, route);
            if (!IsAway(result) || ended.IsCancellationRequested) return context.RequestAborted.IsCancellationRequested ? null : FailureOf(result, route);
            await EitherAsync(route.Backends, result, changed, ended.Token);
            if (context.RequestAborted.IsCancellationRequested) return null;
        }
    }

    /// <summary>Each backend in turn, beginning with another one each time, until one takes the request.</summary>
    private async ValueTask<ForwardResult> TryEachAsync(RouterContext context, Route route, Items<Backend> backends)
    {
        var first = (int)(Interlocked.Increment(ref _turn) % (uint)backends.Count);
        ForwardResult result = default;
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[(first + i) % backends.Count];
            result = probes.Away(backend) ?? await forwarder.ForwardAsync(context, route, backend);
            if (!IsAway(result)) return result;
        }

        return result;
    }

    /// <summary>Until one of the backends is back, the route has changed, or the wait is over.</summary>
    private async Task EitherAsync(Items<Backend> backends, ForwardResult result, Task changed, CancellationToken ended)
    {
        using var one = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var waits = backends.Select(backend => probes.WaitAsync(backend, result, one.Token)).Append(changed.WaitAsync(one.Token)).ToArray();
        await Task.WhenAny(waits);
        await one.CancelAsync();
        // The others leave their probes before the next try, or this request would keep alive what it looks at.
        await Task.WhenAll(waits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static bool IsAway(ForwardResult result) => result.Outcome is ForwardOutcome.Refused or ForwardOutcome.TimedOut;

    private static RequestFailure? FailureOf(ForwardResult result, Route route) => result.Outcome switch
    {
        ForwardOutcome.Refused => route.Backends.IsEmpty ? RequestFailure.Absent(route) : RequestFailure.Refused(route, result.Error),
        ForwardOutcome.TimedOut => RequestFailure.TimedOut(route, result.Error),
        ForwardOutcome.Broken => RequestFailure.Broken(route, result.Error),
        ForwardOutcome.BadRequest => RequestFailure.Unusable(result.Status, route.Key.ToString(), result.Error ?? "The request is malformed."),
        _ => null,
    };
}
