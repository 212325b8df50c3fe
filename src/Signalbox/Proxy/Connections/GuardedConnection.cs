using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Signalbox.Proxy.Connections;

/// <summary>One connection while the guard stands in front of it: what the server sees in place of the transport, and how it is put back.</summary>
internal sealed class GuardedConnection : IDuplexPipe, IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly IDuplexPipe _inner;
    private readonly HeadRefuser _refuser;
    private readonly GuardedReader _reader;
    private readonly HeldOutput _output;
    private readonly Heartbeats? _beats;

    public GuardedConnection(ConnectionContext connection, GuardOptions options, TimeProvider time)
    {
        (_connection, _inner) = (connection, connection.Transport);
        _refuser = new HeadRefuser(_inner.Output, options, time);
        _reader = new GuardedReader(_inner.Input, new RequestScanner(options), _refuser);
        _reader.Output = _output = new HeldOutput(_inner.Output, _reader);
        connection.Features.Set<IGuardFeature>(_reader);
        if (connection.Features.Get<IConnectionHeartbeatFeature>() is { } clock)
        {
            _beats = new Heartbeats(clock);
            connection.Features.Set<IConnectionHeartbeatFeature>(_beats);
        }

        connection.Transport = this;
    }

    PipeReader IDuplexPipe.Input => _reader;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>The server has done with the connection.</summary>
    /// <returns>Whose it is now; null when it ends.</returns>
    public async ValueTask<Func<ConnectionContext, Task>?> EndAsync(RefusalLog log)
    {
        // The middleware outside completes the pipes it made, not ours.
        _connection.Transport = _inner;
        _connection.Features.Set<IGuardFeature>(null);
        _beats?.Clear();
        Dispose();
        if (_reader.LastRefusal is { } refusal) log.Note(refusal, _connection.RemoteEndPoint);
        if (_reader.IsBodyRefused)
        {
            // The server has answered: all of that is in the output, and goes out while the client's rest is thrown away.
            await _refuser.DrainAsync(_inner.Input);
            await _inner.Input.CompleteAsync();
            await _inner.Output.CompleteAsync();
            return null;
        }

        if (_reader.Successor is not { } successor) return null;
        // Lets go of what it still holds of the input, if the server has not told it to.
        _reader.Complete();
        return successor;
    }

    public void Dispose() => _refuser.Dispose();
}
