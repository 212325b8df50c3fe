using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Signalbox.Model;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// One request and its answer on one connection. Steps: (1) the head goes out, with what there is of the body; (2) the rest of the body is sent beside
/// everything that follows, so neither direction waits for the other; (3) the answer's head is read, and interim ones are passed on; (4) it and (5) its body
/// and trailers are passed on, or where the backend switches protocols, both sides are joined; (6) a body the backend no longer takes is stopped.
/// Whoever runs it waits between (2) and (3) until the answer begins. That is where nearly every request waits, once, and so it is his state machine alone
/// that is kept meanwhile: what stands before and behind that wait as a rule completes at once.
/// </summary>
internal sealed class Exchange(BackendConnection connection, RouterContext context, UpgradeRequest? upgrade)
{
    /// <summary>A client waits about a second for 100 before it sends its body unasked (RFC 9110 10.1.1); so do we.</summary>
    private static readonly TimeSpan ContinueTime = TimeSpan.FromSeconds(1);

    /// <summary>The client's body; null where there is none, and after leaving HTTP there is none.</summary>
    public Upload? Upload { get; } = upgrade is null && context.Body.CanHaveBody ? new Upload(connection, context) : null;

    /// <summary>True once any byte of an answer has come: then the backend has seen the request, and nothing is repeated.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>True when the connection can carry another request.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>Sends the request, as far as it need not wait for the client.</summary>
    /// <exception cref="IOException">Of either side, see <see cref="Failures"/>. That the client is gone shows in the same way: its backend's connection is closed.</exception>
    public ValueTask SendAsync(LaneOptions options, Route route, Backend backend)
    {
        WriteHead(options.Fields, route, backend);
        if (Upload is null) return connection.Outgoing.FlushAsync();
        if (RequestFields.ExpectsContinue(context.Request)) return ExpectAsync(Upload, options.Time);
        Upload.Begin();
        return default;
    }

    /// <summary>Until the answer begins or the connection ends.</summary>
    /// <exception cref="IOException">As above.</exception>
    public ValueTask AnswersAsync() => connection.Incoming.Count > 0 ? default : connection.Incoming.WaitAsync();

    /// <summary>Passes the answer on, once it has begun.</summary>
    /// <exception cref="IOException">As above.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask PassOnAsync(LaneOptions options)
    {
        var message = await ReadHeadAsync();
        if (message.Status == StatusCodes.Status101SwitchingProtocols)
        {
            await Departure.RunAsync(connection, context, upgrade!, options);
            return;
        }

        if (upgrade?.IsMistakable(message.Status) == true) throw new ProtocolException(UpgradeRequest.NotSwitched);

        // RFC 9110 15.3.6: a 205 has no content, and the server sends none. What a backend sends with it all the same is not read.
        var isReset = message.Status == StatusCodes.Status205ResetContent && message.Length != 0;
        var framing = isReset ? Framing.None : message.FramingFor(context.Request.Method);
        var isFramed = framing == Framing.Chunked && context.Request.Protocol == "HTTP/1.1";
        AnswerHead.PassOn(message, context, options);
        if (isFramed) context.Response.Headers.TransferEncoding = "chunked";
        if (isReset) context.Response.ContentLength = 0;
        switch (framing)
        {
            case Framing.Length:
                await Download.CopyAsync(connection, context.Response, message.Length!.Value);
                break;
            case Framing.Chunked:
                await Download.CopyChunksAsync(connection, context.Response, isFramed);
                break;
            case Framing.UntilClose:
                await Download.CopyToEndAsync(connection, context.Response);
                break;
        }

        // What lies behind an answer nobody has asked for.
        IsReusable = message.KeepsConnection && !isReset && framing != Framing.UntilClose && connection.Incoming.Count == 0 && Upload is null or { IsDone: true };
    }

    /// <summary>Ends the body's side, after the answer is over or the connection has been given up.</summary>
    public ValueTask StopAsync() => Upload?.StopAsync() ?? default;

    private void WriteHead(RequestFields fields, Route route, Backend backend)
    {
        var request = context.Request;
        var outgoing = connection.Outgoing;
        outgoing.IsChunked = false;
        outgoing.AddLine(upgrade?.Connect is null ? request.Method : HttpMethods.Get, context.Message.RawTarget);
        // Over HTTP/2 we are the client of the handshake, and the key is ours.
        if (upgrade?.Key is not null) request.Headers.Remove(HeaderNames.SecWebSocketKey);
        fields.WriteTo(outgoing, context, route, backend);
        if (upgrade is not null)
        {
            upgrade.WriteTo(outgoing);
        }
        else
        {
            // RFC 9110 10.1.4: who sends TE names it in Connection.
            if (RequestFields.TakesTrailers(request)) outgoing.Add(HeaderNames.Connection, HeaderNames.TE);
            if (Upload is not null && RequestFields.ExpectsContinue(request)) outgoing.Add(HeaderNames.Expect, "100-continue");
            if (Upload is not null && request.ContentLength is null) outgoing.Add(HeaderNames.TransferEncoding, "chunked");
            else if (request.ContentLength is { } length) outgoing.Add(HeaderNames.ContentLength, length);
            // RFC 9110 8.6: methods that are about a body say so when there is none.
            else if (request.Method is "POST" or "PUT" or "PATCH") outgoing.Add(HeaderNames.ContentLength, 0);
        }

        outgoing.EndHead();
        outgoing.IsChunked = Upload is not null && request.ContentLength is null;
    }

    /// <summary>RFC 9110 10.1.1: waits for 100 or a final answer, but not for ever, since the backend may know nothing of it.</summary>
    private async ValueTask ExpectAsync(Upload upload, TimeProvider time)
    {
        await connection.Outgoing.FlushAsync();
        var answering = connection.Incoming.FillAsync().AsTask();
        using (var answered = new CancellationTokenSource())
        {
            await Task.WhenAny(answering, Task.Delay(ContinueTime, time, answered.Token));
            await answered.CancelAsync();
        }

        await connection.HereAsync();
        if (!answering.IsCompleted) upload.Begin();
        if (!await answering) throw Closed();
        HasAnswer = true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ResponseMessage> ReadHeadAsync()
    {
        var (incoming, message) = (connection.Incoming, connection.Answer);
        // The wait for it is over.
        var isReadable = true;
        while (true)
        {
            var length = incoming.Count == 0 ? 0 : ResponseParser.Parse(incoming.Bytes, message);
            if (length == 0)
            {
                if (incoming.Count > ResponseParser.MaxHeadBytes) throw new ProtocolException("its answer's header section is too large");
                if (!await (isReadable ? incoming.ReadAsync() : incoming.FillAsync())) throw Closed();
                (HasAnswer, isReadable) = (true, false);
                continue;
            }

            incoming.Use(length);
            if (message.Status >= 200 || (message.Status == StatusCodes.Status101SwitchingProtocols && upgrade is not null)) return message;
            await PassInterimOnAsync(message);
        }
    }

    private async ValueTask PassInterimOnAsync(ResponseMessage message)
    {
        if (message.Status == StatusCodes.Status101SwitchingProtocols) throw new ProtocolException("it switched protocols without being asked");
        if (message.Status == StatusCodes.Status100Continue)
        {
            // The server sends 100 itself, once, when a body that expects it is first read.
            Upload?.Begin();
            return;
        }

        if (context.Request.Protocol != "HTTP/1.1" || context.Guard is not { } guard) return;
        await guard.SendInterimAsync(InterimHead.Write(message));
        await connection.HereAsync();
    }

    private static ProtocolException Closed() => new("it closed the connection without a whole answer");
}
