using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// The backend's body on its way to the client. What is there is sent on before more is waited for, the head first of all, so that events arrive as they
/// are made; what comes at once goes out in one write. While nothing comes, a read of no bytes waits, and an idle stream holds no buffer.
/// </summary>
internal static class ResponseBody
{
    /// <summary>Bytes gathered at most while the backend is quicker than a write; as much as the server's own buffer holds before it pushes back.</summary>
    private const int FlushAt = 64 * 1024;

    /// <summary>Bytes for the first look into a body of unknown length: most small answers whole.</summary>
    private const int FirstRead = 4096;

    /// <exception cref="IOException">The backend's side broke; <see cref="HttpRequestException"/> likewise.</exception>
    public static async ValueTask CopyAsync(Stream from, HttpResponse response, long? length, CancellationToken cancellation)
    {
        long left = length ?? long.MaxValue;
        var held = 0;
        var hasFlushed = false;
        while (left > 0)
        {
            var wait = from.ReadAsync(Memory<byte>.Empty, cancellation);
            if (!wait.IsCompleted)
            {
                if (held > 0 || !response.HasStarted)
                {
                    await response.BodyWriter.FlushAsync(cancellation);
                    hasFlushed = true;
                }

                held = 0;
            }

            await wait;
            if (!response.HasStarted && length is null)
            {
                // Perhaps there is no body at all; then the head must end the answer (a gRPC error without messages is such a one).
                var first = await FirstAsync(from, response, cancellation);
                if (first == 0) return;
                held = first;
                continue;
            }

            if (!response.HasStarted) await response.StartAsync(cancellation);
            var read = await from.ReadAsync(response.BodyWriter.GetMemory(), cancellation);
            if (read == 0) break;
            response.BodyWriter.Advance(read);
            left -= read;
            held += read;
            if (held < FlushAt) continue;
            await response.BodyWriter.FlushAsync(cancellation);
            hasFlushed = true;
            held = 0;
        }

        // The server sends the end of an answer by itself only when its head has not gone out before.
        if (hasFlushed && held > 0) await response.BodyWriter.FlushAsync(cancellation);
    }

    private static async ValueTask<int> FirstAsync(Stream from, HttpResponse response, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        try
        {
            var read = await from.ReadAsync(buffer, cancellation);
            if (read == 0) return 0;
            await response.StartAsync(cancellation);
            response.BodyWriter.Write(buffer.AsSpan(0, read));
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
