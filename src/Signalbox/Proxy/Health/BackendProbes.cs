using System.Collections.Concurrent;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Proxy.Forwarding;

namespace Signalbox.Proxy.Health;

/// <summary>Looks after backends that requests wait for: one prober a backend, however many wait, and none once nobody does.</summary>
internal sealed class BackendProbes(BackendConnector connector, TimeProvider time)
{
    private readonly ConcurrentDictionary<Backend, Probe> _probes = new();

    /// <summary>Those who wait, for any backend. Nearly always none, and then there is no probe, and no request has to look for one.</summary>
    private int _waiting;

    /// <summary>The last failure while somebody waits for the backend, so that the next request need not find out for itself that it is away; else null.</summary>
    public ForwardResult? Away(Backend backend) => Volatile.Read(ref _waiting) > 0 && _probes.TryGetValue(backend, out var probe) ? probe.Failure : null;

    /// <summary>Completes when a connection to the backend is accepted, or with the token.</summary>
    /// <param name="backend">The one waited for.</param>
    /// <param name="failure">How it was found to be away.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task WaitAsync(Backend backend, ForwardResult failure, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await WaitForProbeAsync(backend, failure, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task WaitForProbeAsync(Backend backend, ForwardResult failure, CancellationToken cancellation)
    {
        Probe probe;
        while (true)
        {
            probe = _probes.GetOrAdd(backend, static (key, from) => new Probe(key, from.failure, from.self), (self: this, failure));
            if (probe.TryJoin()) break;
            // It has just ended; the next round makes a new one.
            await Task.Yield();
        }

        try
        {
            await probe.Back.WaitAsync(cancellation);
        }
        finally
        {
            probe.Leave();
        }
    }

    private ValueTask<Socket> ConnectAsync(Backend backend) => connector.ConnectAsync(backend, CancellationToken.None);

    private Task PauseAsync(TimeSpan pause) => Task.Delay(pause, time);

    // Out of the table before anyone is woken, so that whoever finds the backend away again starts a new probe.
    private void Forget(Backend backend, Probe probe) => _probes.TryRemove(KeyValuePair.Create(backend, probe));

    private sealed class Probe(Backend backend, ForwardResult failure, BackendProbes owner)
    {
        /// <summary>A dev server that is back is seen this soon; a connection attempt costs it nothing.</summary>
        private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

        /// <summary>The longest pause: a quarter of a second more does not lengthen a wait that is already felt.</summary>
        private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

        private readonly TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;
        private volatile bool _over;

        public Task Back => _back.Task;

        public ForwardResult Failure => failure;

        public bool TryJoin()
        {
            lock (_back)
            {
                if (_over) return false;
                if (_waiting++ == 0) _ = RunAsync();
                return true;
            }
        }

        public void Leave()
        {
            lock (_back)
            {
                if (--_waiting > 0 || _over) return;
                _over = true;
            }

            owner.Forget(backend, this);
        }

        private async Task RunAsync()
        {
            for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
            {
                try
                {
                    await owner.PauseAsync(pause);
                    // Nobody waits any more; a pause is short enough to be let run out.
                    if (_over) return;
                    (await owner.ConnectAsync(backend)).Dispose();
                    break;
                }
                catch (UnreachableException)
                {
                    // Still away; the observer has been told.
                }
            }

            lock (_back) _over = true;
            owner.Forget(backend, this);
            _back.TrySetResult();
        }
    }
}
