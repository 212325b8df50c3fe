using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// The client's body on its way to the backend, as it comes: nothing is gathered, and what has come is sent on before more is waited for.
/// It can be sent once; a second attempt is an error, so a body is never repeated.
/// </summary>
internal sealed class RequestBody(HttpRequest request) : HttpContent
{
    private readonly PipeReader _reader = request.BodyReader;
    private readonly Lock _lock = new();
    private Task? _copy;
    private bool _stopped;

    /// <summary>True once any of it may have been read.</summary>
    public bool Started => _copy is not null;

    /// <summary>Why the client's side failed, if it did.</summary>
    public Exception? ReadError { get; private set; }

    /// <summary>Ends the copy if it still runs, and waits for that: the server takes its pipe back as soon as the request is over.</summary>
    public async ValueTask StopAsync()
    {
        Task? copy;
        lock (_lock)
        {
            _stopped = true;
            copy = _copy;
        }

        if (copy is null || copy.IsCompleted) return;
        _reader.CancelPendingRead();
        await copy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = request.ContentLength ?? 0;
        return request.ContentLength is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_stopped || _copy is not null) throw new IOException("A request body is sent once.");
            return _copy = CopyAsync(stream, cancellationToken);
        }
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellation)
    {
        // Away from the lock, and never on the caller's stack before _copy is set.
        await Task.Yield();
        // The server's reader takes a read that a token has ended for one that is still under way, and cannot throw away the rest of the body then.
        // One that is cancelled in this way has a result, and is finished like any other.
        using var cancelled = cancellation.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), _reader);
        while (true)
        {
            var result = await ReadAsync(stream, cancellation);
            var end = result.IsCanceled ? result.Buffer.Start : result.Buffer.End;
            try
            {
                if (result.IsCanceled) throw new OperationCanceledException("The answer was over before the request's body was.");
                foreach (var segment in result.Buffer) await stream.WriteAsync(segment, cancellation);
            }
            finally
            {
                _reader.AdvanceTo(end);
            }

            if (result.IsCompleted) return;
        }
    }

    private async ValueTask<ReadResult> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        Task<ReadResult>? waiting = null;
        try
        {
            var read = _reader.ReadAsync(CancellationToken.None);
            if (read.IsCompleted) return await read;
            waiting = read.AsTask();
        }
        catch (Exception exception) when (exception is IOException or BadHttpRequestException or OperationCanceledException)
        {
            ReadError = exception;
            throw;
        }

        try
        {
            // Nothing more has come yet: whatever is still in the client's buffer, the head of the request included, goes out now.
            await stream.FlushAsync(cancellation);
        }
        catch
        {
            _reader.CancelPendingRead();
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (waiting.IsCompletedSuccessfully) _reader.AdvanceTo((await waiting).Buffer.Start);
            throw;
        }

        try
        {
            return await waiting;
        }
        catch (Exception exception) when (exception is IOException or BadHttpRequestException or OperationCanceledException)
        {
            ReadError = exception;
            throw;
        }
    }
}
