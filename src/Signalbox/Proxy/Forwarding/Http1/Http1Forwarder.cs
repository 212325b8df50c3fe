using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Signalbox.Model;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Forwarding.Pooling;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The forwarder for HTTP/1.1. The framework's client passes an answer on only after the request's body has been sent whole, so a backend that
/// answers while it reads would wait for us, and we for it; and an early refusal of an upload would be lost. Here both directions run on their own, on
/// sockets that live where the client's does.
/// </summary>
internal sealed class Http1Forwarder(LaneOptions options, BackendPool pool, LoopPools loops)
{
    public ValueTask<ForwardResult> ForwardAsync(RouterContext context, Route route, Backend backend, UpgradeRequest? upgrade)
    {
        // TLS to a backend is the framework's, and so are its sockets.
        if (backend.Scheme != BackendScheme.Http || context.Loop is not { } loop)
            return SendAsync(context, route, backend, upgrade, pool);
        return loop.IsCurrent ? SendAsync(context, route, backend, upgrade, loops.Of(loop)) : SendOnAsync(loop, context, route, backend, upgrade);
    }

    /// <summary>Requests on HTTP/2 come on threads of the server's; their connection has its loop all the same.</summary>
    private async ValueTask<ForwardResult> SendOnAsync(EventLoop loop, RouterContext context, Route route, Backend backend, UpgradeRequest? upgrade)
    {
        await loop.SwitchAsync();
        return await SendAsync(context, route, backend, upgrade, loops.Of(loop));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ForwardResult> SendAsync(RouterContext context, Route route, Backend backend, UpgradeRequest? upgrade, IBackendPool connections)
    {
        var isIdempotent = Idempotence.Of(context.Request.Method);
        // What leaves HTTP takes its connection with it, and begins on one that nothing has been said on.
        var kept = upgrade is null ? connections.Take(backend, mustBeFresh: !isIdempotent) : null;
        while (true)
        {
            var connection = kept;
            Exchange? exchange = null;
            try
            {
                connection ??= await connections.OpenAsync(backend, context.RequestAborted);
                exchange = new Exchange(connection, context, upgrade);
                // Disposed before the connection may become another request's: disposing waits for a callback that is under way.
                using var gone = context.RequestAborted.UnsafeRegister(static connection => ((BackendConnection)connection!).Close(), connection);
                await exchange.SendAsync(options, route, backend);
                await exchange.AnswersAsync();
                await exchange.PassOnAsync(options);
                return ForwardResult.Done;
            }
            catch (Exception exception) when (Failures.IsExpected(exception))
            {
                // A kept connection may turn out to be stale. Then, and only then, the request is sent once more, on a new one.
                var isStale = kept is not null && exchange is { HasAnswer: false, Upload: null } && isIdempotent && !context.RequestAborted.IsCancellationRequested;
                if (!isStale) return Failed(exception, context, exchange?.Upload);
                kept = null;
            }
            finally
            {
                if (connection is not null) await LeaveAsync(backend, connection, exchange, connections);
            }
        }
    }

    private static ValueTask LeaveAsync(Backend backend, BackendConnection connection, Exchange? exchange, IBackendPool connections)
    {
        if (exchange is not { IsReusable: true } || !connection.IsHere) return LeaveSlowlyAsync(backend, connection, exchange, connections);
        connections.Return(backend, connection);
        return default;
    }

    private static async ValueTask LeaveSlowlyAsync(Backend backend, BackendConnection connection, Exchange? exchange, IBackendPool connections)
    {
        // Only when nothing is under way on the connection may its buffers go back to where others take them from.
        if (exchange is not null) await exchange.StopAsync();
        await connection.HereAsync();
        if (exchange is { IsReusable: true }) connections.Return(backend, connection);
        else connection.Dispose();
    }

    private static ForwardResult Failed(Exception exception, RouterContext context, Upload? upload)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return Failures.Translate(exception, context, upload is { HasBegun: true }, upload?.ReadError);
        }

        if (context.RequestAborted.IsCancellationRequested) return ForwardResult.ClientGone;
        // The backend went away in the middle. The client must not take what it has for the whole, so its stream is cut.
        context.Abort();
        return ForwardResult.Done;
    }
}
