using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// Both sides of a connection that has left HTTP, joined: raw bytes, no timeout, and no buffer while nothing comes. The client's end is passed on as a
/// half-close and the backend may go on talking; the backend's end is the end of all, for a server in front of the client cannot tell it in any other way.
/// </summary>
internal sealed class Tunnel(BackendConnection connection, RouterContext context) : IDisposable
{
    /// <summary>Bytes passed on at once: four TLS records of 4 KiB, or one whole one of 16 KiB (RFC 8446 5.1).</summary>
    private const int ChunkBytes = 16 * 1024;

    /// <summary>
    /// Ends the reading from the client. A token, for the server takes no other word: it reads on when its own reader is cancelled under an upgraded
    /// connection, and the reader of such a request's body is not the one beneath the upgraded stream. No request follows on this connection, so that the
    /// read that is torn off stands in nobody's way.
    /// </summary>
    private readonly CancellationTokenSource _stop = new();

    private Stream _client = Stream.Null;

    /// <summary>Answers the client in the backend's words, and joins the two until both have ended.</summary>
    /// <exception cref="ProtocolException">The backend's answer does not fit what it was asked.</exception>
    public async ValueTask RunAsync(UpgradeRequest upgrade, LaneOptions options)
    {
        await AcceptAsync(upgrade, options);
        await connection.HereAsync();
        connection.Lighten();
        // The client may end its side and be silent for as long as it likes.
        using var held = context.Features.Get<IHalfCloseFeature>()?.Hold();
        var up = UpAsync();
        var whole = await DownAsync();
        connection.Close();
        _stop.Cancel();
        await up;
        // What the client was still saying to a backend that had ended is no fault of the way down, which has all come.
        if (!whole) context.Abort();
    }

    public void Dispose() => _stop.Dispose();

    private async ValueTask AcceptAsync(UpgradeRequest upgrade, LaneOptions options)
    {
        var message = connection.Answer;
        // RFC 6455 4.1: a client must fail the connection unless the answer shows its key. Over HTTP/1.1 the client that drew it looks itself.
        if (upgrade.Key is { } key && AnswerHead.Find(message, HeaderNames.SecWebSocketAccept) != WebSocketKey.Accept(key))
            throw new ProtocolException(UpgradeRequest.ForgedKey);
        AnswerHead.PassOn(message, context, options);
        _client = await upgrade.AcceptAsync(context, AnswerHead.Find(message, HeaderNames.Upgrade));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask UpAsync()
    {
        var stop = _stop.Token;
        try
        {
            while (true)
            {
                _ = await _client.ReadAsync(Memory<byte>.Empty, stop);
                if (!await PassUpAsync(stop)) break;
            }

            await connection.HereAsync();
            await connection.Socket.ShutdownSendAsync();
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            // The other direction has nobody left to talk to.
            connection.Close();
        }
    }

    private async ValueTask<bool> PassUpAsync(CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var read = await _client.ReadAsync(buffer, stop);
            if (read == 0) return false;
            await connection.HereAsync();
            await connection.Socket.SendAsync(buffer.AsMemory(0, read));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>False when it broke off rather than ended.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> DownAsync()
    {
        try
        {
            do
            {
                // What the backend has said behind its head is there already.
                if (connection.Incoming.Count == 0) await connection.Incoming.WaitAsync();
            }
            while (await PassDownAsync());
            return true;
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return false;
        }
    }

    private async ValueTask<bool> PassDownAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var read = connection.Incoming.Count > 0 ? connection.Incoming.Take(buffer) : await connection.Incoming.ReceiveAsync(buffer);
            if (read == 0) return false;
            await _client.WriteAsync(buffer.AsMemory(0, read));
            await connection.HereAsync();
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
