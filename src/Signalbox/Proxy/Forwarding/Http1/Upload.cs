using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The client's body on its way to a backend, as it comes: the server's own segments are sent, nothing is gathered, and what has come goes out before more is
/// waited for. It is sent once. Its reads are cancelled and never torn off by a token: the server would take such a read for one that is still under
/// way, and could not throw away the rest of the body.
/// </summary>
internal sealed class Upload(BackendConnection connection, RouterContext context)
{
    private readonly PipeReader _reader = context.Request.BodyReader;
    private Task? _sending;

    /// <summary>True once any of it may have been read.</summary>
    public bool HasBegun => _sending is not null;

    /// <summary>True once all of it has been sent.</summary>
    public bool IsDone => _sending is { IsCompletedSuccessfully: true };

    /// <summary>Why the client's side failed, if it did. That ends the connection to the backend: half a body is to be nobody's whole.</summary>
    public Exception? ReadError { get; private set; }

    /// <summary>Sends it beside whatever else goes on; once.</summary>
    public void Begin() => _sending ??= SendAsync();

    /// <summary>Ends it where it has not come to its end, with the connection: a write that the backend does not take any more has no other end.</summary>
    public ValueTask StopAsync() => _sending is null or { IsCompletedSuccessfully: true } ? default : StopAsync(_sending);

    private async ValueTask StopAsync(Task sending)
    {
        connection.Close();
        if (!sending.IsCompleted) _reader.CancelPendingRead();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAsync()
    {
        while (true)
        {
            var result = await ReadAsync();
            try
            {
                if (result.IsCanceled) throw new OperationCanceledException("The answer was over before the request's body was.");
                await connection.Outgoing.SendAsync(result.Buffer);
            }
            finally
            {
                _reader.AdvanceTo(result.IsCanceled ? result.Buffer.Start : result.Buffer.End);
            }

            if (result.IsCompleted) break;
        }

        if (connection.Outgoing.IsChunked)
        {
            connection.Outgoing.EndChunks();
            Trailers.Send(context, connection.Outgoing);
            connection.Outgoing.EndHead();
        }

        await connection.Outgoing.FlushAsync();
    }

    private async ValueTask<ReadResult> ReadAsync()
    {
        ValueTask<ReadResult> reading = default;
        var isReading = false;
        try
        {
            reading = _reader.ReadAsync();
            isReading = !reading.IsCompleted;
            // Nothing more has come yet: what is still held, the head of the request included, goes out now.
            if (isReading) await connection.Outgoing.FlushAsync();
        }
        catch when (isReading)
        {
            // The backend takes no more. The server gets its reader back as it was.
            _reader.CancelPendingRead();
            _reader.AdvanceTo((await reading).Buffer.Start);
            throw;
        }
        catch (Exception exception) when (IsClients(exception))
        {
            throw Failed(exception);
        }

        try
        {
            var result = await reading;
            await connection.HereAsync();
            return result;
        }
        catch (Exception exception) when (IsClients(exception))
        {
            throw Failed(exception);
        }
    }

    private static bool IsClients(Exception exception) => exception is IOException or BadHttpRequestException or OperationCanceledException;

    private Exception Failed(Exception exception)
    {
        ReadError = exception;
        connection.Close();
        return exception;
    }
}
