using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Signalbox.Model;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// One request and its answer on one connection. Steps: (1) the head goes out, with what there is of the body; (2) the rest of the body is sent beside
/// everything that follows, so neither direction waits for the other; (3) the answer's head is read, past interim ones; (4) it and (5) its body and
/// trailers are passed on; (6) a body the backend no longer takes is stopped.
/// </summary>
internal sealed class Exchange(BackendConnection connection, HttpContext context, RequestBody? body, string pseudonym) : IDisposable
{
    /// <summary>Ends the exchange when the client's body turns out bad; null where there is none.</summary>
    private readonly CancellationTokenSource? _bad = body is null ? null : CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);

    private Task? _sending;

    /// <summary>True once any byte of an answer has come: then the backend has seen the request, and nothing is repeated.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>True when the connection can carry another request.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>Cancelled when the client is gone, or its body is bad.</summary>
    private CancellationToken Stop => _bad?.Token ?? context.RequestAborted;

    /// <summary>Sends the request and passes the answer on.</summary>
    /// <exception cref="IOException">Of either side, see <see cref="Failures"/>.</exception>
    public async ValueTask<ForwardResult> RunAsync(RequestFields fields, Route route, Backend backend, TimeProvider time)
    {
        WriteHead(fields, route, backend);
        if (body is null) await connection.Outgoing.FlushAsync(Stop);
        else if (RequestFields.ExpectsContinue(context.Request)) await ExpectAsync(time);
        else _sending = SendBodyAsync(body);
        var message = await ReadHeadAsync();
        var framing = message.FramingFor(context.Request.Method);
        await using var stream = new ResponseStream(connection.Incoming, framing, message.Length ?? 0);
        try
        {
            PassHeadOn(message);
        }
        catch (InvalidOperationException exception)
        {
            throw new ProtocolException("its answer has a field that cannot be sent on: " + exception.Message);
        }

        if (framing != Framing.None) await ResponseBody.CopyAsync(stream, context.Response, message.Length, Stop);
        PassTrailersOn(stream.Trailers);
        IsReusable = message.KeepsConnection && stream.IsComplete && framing != Framing.UntilClose && connection.Incoming.Count == 0 && (body is null || _sending is { IsCompletedSuccessfully: true });
        return ForwardResult.Done;
    }

    /// <summary>Ends the body's side, after the connection has been given up or the answer is over.</summary>
    public async ValueTask StopAsync()
    {
        if (body is null || _sending is null) return;
        // A write that the backend does not take any more ends only with its connection.
        if (!_sending.IsCompleted) connection.Close();
        await body.StopAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _bad?.Dispose();

    private void WriteHead(RequestFields fields, Route route, Backend backend)
    {
        var request = context.Request;
        var outgoing = connection.Outgoing;
        outgoing.IsChunked = false;
        outgoing.AddLine(request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        fields.WriteTo(outgoing, context, route, backend);
        // RFC 9110 10.1.4: who sends TE names it in Connection.
        if (HopByHop.HasToken(request.Headers.TE, "trailers")) outgoing.Add("Connection", "TE");
        if (body is not null && RequestFields.ExpectsContinue(request)) outgoing.Add("Expect", "100-continue");
        if (body is not null && request.ContentLength is null) outgoing.Add("Transfer-Encoding", "chunked");
        // RFC 9110 8.6: methods that are about a body say so when there is none.
        else if (request.ContentLength is { } length) outgoing.Add("Content-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        else if (request.Method is "POST" or "PUT" or "PATCH") outgoing.Add("Content-Length", "0");
        outgoing.EndHead();
        outgoing.IsChunked = body is not null && request.ContentLength is null;
    }

    /// <summary>RFC 9110 10.1.1: waits for 100 or a final answer, but not for ever, since the backend may know nothing of it.</summary>
    private async ValueTask ExpectAsync(TimeProvider time)
    {
        await connection.Outgoing.FlushAsync(Stop);
        var answering = connection.Incoming.FillAsync(Stop).AsTask();
        // A client waits about a second for 100 before it sends its body unasked; so do we.
        await Task.WhenAny(answering, Task.Delay(TimeSpan.FromSeconds(1), time, Stop));
        if (!answering.IsCompleted) _sending = SendBodyAsync(body!);
        if (!await answering) throw Closed();
        HasAnswer = true;
    }

    private async Task SendBodyAsync(RequestBody content)
    {
        try
        {
            await content.CopyToAsync(connection.Outgoing, Stop);
            await connection.Outgoing.FinishAsync(Stop);
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            // The client's fault ends everything. The backend's does not: it may have answered before it closed its ear, and the answer is worth having.
            if (content.ReadError is not null) await _bad!.CancelAsync();
            throw;
        }
    }

    private async ValueTask<ResponseMessage> ReadHeadAsync()
    {
        while (true)
        {
            var message = connection.Message;
            var length = ResponseParser.Parse(connection.Incoming.Bytes, message);
            if (length == 0)
            {
                if (!await connection.Incoming.FillAsync(Stop)) throw Closed();
                HasAnswer = true;
                continue;
            }

            connection.Incoming.Use(length);
            if (message.Status >= 200) return message;
            if (message.Status == StatusCodes.Status101SwitchingProtocols) throw new ProtocolException("it switched protocols without being asked");
            // The server sends 100 to the client itself when its body is first read. Other interim answers it has no way to send.
            if (message.Status == StatusCodes.Status100Continue && body is not null) _sending ??= SendBodyAsync(body);
        }
    }

    /// <exception cref="InvalidOperationException">A field cannot be sent on.</exception>
    private void PassHeadOn(ResponseMessage message)
    {
        var to = context.Response;
        to.StatusCode = message.Status;
        if (message.Reason.Length > 0 && message.Reason != ReasonPhrases.GetReasonPhrase(message.Status))
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = message.Reason;
        var named = message.Connection is { } list ? HopByHop.Named([list]) : null;
        foreach (var (name, value) in message.Fields)
        {
            if (HopByHop.IsFixed(name) || named?.Contains(name) == true || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) continue;
            to.Headers.Append(name, value);
        }

        // RFC 9110 8.6: a 204 has no Content-Length.
        if (message.Status != StatusCodes.Status204NoContent) to.Headers.ContentLength = message.Length;
        to.Headers.Via = StringValues.Concat(to.Headers.Via, $"1.{message.Minor} {pseudonym}");
    }

    private void PassTrailersOn(IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        if (trailers.Count == 0 || !context.Response.SupportsTrailers()) return;
        foreach (var (name, value) in trailers)
        {
            // RFC 9110 6.5.1: what frames or routes a message is no trailer.
            if (HopByHop.IsFixed(name) || HopByHop.IsEndToEnd(name)) continue;
            try
            {
                context.Response.AppendTrailer(name, value);
            }
            catch (InvalidOperationException exception)
            {
                throw new ProtocolException("its answer has a trailer that cannot be sent on: " + exception.Message);
            }
        }
    }

    private static ProtocolException Closed() => new("it closed the connection without a whole answer");
}
