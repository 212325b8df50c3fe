using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Writing;

/// <summary>The planes, what each was seen to carry, and which routes it refused. A plane that fails harms itself alone; the others are given the change all the same.</summary>
internal sealed class PlaneBoard(IReadOnlyList<IPlane> planes, ILogger<PlaneBoard> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, PlaneStatus> _status = new(planes.Select(plane => KeyValuePair.Create(plane.Name, new PlaneStatus(plane.Name, "applying", 0, null))));
    private readonly ConcurrentDictionary<RouteKey, Problem> _refused = new();

    /// <summary>One apply at a time: a plane has one writer, also while a check puts it right.</summary>
    private readonly SemaphoreSlim _applying = new(1, 1);
    private EdgeState _given = EdgeState.Empty;

    public IReadOnlyList<IPlane> Planes => planes;

    public IEnumerable<PlaneStatus> Status => planes.Select(plane => _status[plane.Name]);

    /// <summary>Why a route is quarantined; null when it is not.</summary>
    public Problem? Refused(RouteKey key) => _refused.GetValueOrDefault(key);

    public async ValueTask ApplyAsync(EdgeState state, EdgeChange change, CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            await GiveAsync(state, change, cancellation);
        }
        finally
        {
            _applying.Release();
        }
    }

    public void Dispose() => _applying.Dispose();

    /// <summary>What the planes were given last, once that has come to its end.</summary>
    public async ValueTask<EdgeState> GivenAsync(CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            return _given;
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>Gives every plane the whole state again, and tells it to let go of what it should not carry.</summary>
    public async ValueTask ReapplyAsync(EdgeHolder edge, IEnumerable<RouteKey> extras, CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            // Looked at within: the writer swaps its book before it comes here, so this is never older than what it gave. If it is newer, the writer's own
            // turn, which follows, changes nothing any more.
            var state = edge.Book.Edge;
            var change = new EdgeChange(state.Revision, state.Routes.Values.ToItems(), extras.Where(key => !state.Routes.ContainsKey(key)).ToItems());
            await GiveAsync(state, change, cancellation);
        }
        finally
        {
            _applying.Release();
        }
    }

    private async ValueTask GiveAsync(EdgeState state, EdgeChange change, CancellationToken cancellation)
    {
        if (!_refused.IsEmpty)
        {
            foreach (var route in change.Set) _refused.TryRemove(route.Key, out _);
            foreach (var key in change.Removed) _refused.TryRemove(key, out _);
        }

        foreach (var plane in planes)
        {
            try
            {
                var report = await plane.ApplyAsync(state, change, cancellation);
                foreach (var refused in report.Refused) _refused[refused.Key] = refused.Problem;
                _status[plane.Name] = new PlaneStatus(plane.Name, "applied", report.Revision, null);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                logger.LogError(error, "Plane {Plane} could not take revision {Revision}.", plane.Name, change.Revision);
                var problem = new Problem("plane-failed", ProblemSide.Daemon, plane.Name, error.Message, "See daemon.log; `signalbox check --fix` applies the state again.", Retry: true);
                _status[plane.Name] = _status[plane.Name] with { State = "failed", Problem = problem };
            }
        }

        _given = state;
    }
}
