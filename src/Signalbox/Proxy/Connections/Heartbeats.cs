using Microsoft.AspNetCore.Connections.Features;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Stands between the server's clock and what HTTP has it call each second on a connection. The clock's own list only grows, so that all of HTTP's objects
/// would stay for as long as the connection: here they can be let go of.
/// </summary>
internal sealed class Heartbeats(IConnectionHeartbeatFeature clock) : IConnectionHeartbeatFeature
{
    private Listener? _listener;
    private bool _isListening;

    public void OnHeartbeat(Action<object> action, object state)
    {
        Volatile.Write(ref _listener, new Listener(action, state, _listener));
        if (_isListening) return;
        _isListening = true;
        clock.OnHeartbeat(static beats => Volatile.Read(ref ((Heartbeats)beats)._listener)?.Tell(), this);
    }

    /// <summary>Nobody is called any more, but for a call that is under way.</summary>
    public void Clear() => Volatile.Write(ref _listener, null);

    private sealed class Listener(Action<object> action, object state, Listener? next)
    {
        public void Tell()
        {
            for (var listener = this; listener is not null; listener = listener.Next) listener.Call();
        }

        private Listener? Next => next;

        private void Call() => action(state);
    }
}
