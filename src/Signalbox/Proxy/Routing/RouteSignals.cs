using System.Collections.Concurrent;
using Signalbox.Model;

namespace Signalbox.Proxy.Routing;

/// <summary>Wakes requests that wait for a route of theirs to change. Costs the writer nothing while nobody waits.</summary>
internal sealed class RouteSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Completes at the next change of any route of this host. To be asked for before the route is looked up: a change in between is then
    /// seen by the look-up or wakes the waiter, never neither.
    /// </summary>
    /// <param name="host">As in <see cref="RouteKey.Host"/>.</param>
    public Task Next(string host) => _waiting.GetOrAdd(host, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Called after the change has been applied.</summary>
    public void Tell(EdgeChange change)
    {
        if (_waiting.IsEmpty) return;
        foreach (var route in change.Set) Wake(route.Key.Host);
        foreach (var key in change.Removed) Wake(key.Host);
    }

    private void Wake(string host)
    {
        if (_waiting.TryRemove(host, out var waiting)) waiting.TrySetResult();
    }
}
