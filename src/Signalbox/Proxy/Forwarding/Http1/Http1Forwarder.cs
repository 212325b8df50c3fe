using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The forwarder for HTTP/1.1. The framework's client passes an answer on only after the request's body has been sent whole, so a backend that
/// answers while it reads would wait for us, and we for it; and an early refusal of an upload would be lost. Here both directions run on their own.
/// </summary>
internal sealed class Http1Forwarder(RequestFields fields, BackendPool pool, string pseudonym, TimeProvider time)
{
    public async ValueTask<ForwardResult> ForwardAsync(HttpContext context, Route route, Backend backend)
    {
        var body = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? new RequestBody(context.Request) : null;
        try
        {
            // A kept connection may turn out to be stale. Then, and only then, the request is sent once more, on a new one.
            return await AttemptAsync(context, route, backend, body, pool.Take(backend), isRepeatable: body is null && IsIdempotent(context.Request.Method))
                ?? (await AttemptAsync(context, route, backend, body, null, isRepeatable: false))!.Value;
        }
        finally
        {
            body?.Dispose();
        }
    }

    /// <returns>Null when the request may and must be repeated.</returns>
    private async ValueTask<ForwardResult?> AttemptAsync(HttpContext context, Route route, Backend backend, RequestBody? body, BackendConnection? connection, bool isRepeatable)
    {
        Exchange? exchange = null;
        try
        {
            connection ??= await pool.OpenAsync(backend, context.RequestAborted);
            exchange = new Exchange(connection, context, body, pseudonym);
            return await exchange.RunAsync(fields, route, backend, time);
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            if (isRepeatable && connection is { IsReused: true } && exchange is { HasAnswer: false } && !context.RequestAborted.IsCancellationRequested) return null;
            return Failed(exception, context, body);
        }
        finally
        {
            // Only when nothing is under way on the connection may its buffers go back to where others take them from.
            if (exchange is not null) await exchange.StopAsync();
            if (exchange is { IsReusable: true }) pool.Return(backend, connection!);
            else connection?.Dispose();
            exchange?.Dispose();
        }
    }

    private static ForwardResult Failed(Exception exception, HttpContext context, RequestBody? body)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return Failures.Translate(exception, context, body);
        }

        if (context.RequestAborted.IsCancellationRequested) return ForwardResult.ClientGone;
        // The backend went away in the middle. The client must not take what it has for the whole, so its stream is cut.
        context.Abort();
        return ForwardResult.Done;
    }

    /// <summary>RFC 9110 9.2.2: only what is idempotent may be repeated without asking.</summary>
    private static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";
}
