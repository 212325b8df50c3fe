using System.Buffers;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// Raw bytes both ways between a client and a backend that have left HTTP. The client's end is passed on as a half-close and the backend may go on
/// talking; the backend's end is the end of all, for a server in front of the client cannot tell it in any other way. No timeout, no buffer while idle.
/// </summary>
internal static class DuplexCopy
{
    /// <summary>Bytes a write carries at most: four TLS records of 4 KiB, or one whole one of 16 KiB (RFC 8446 5.1).</summary>
    private const int ChunkBytes = 16 * 1024;

    /// <param name="client">Its stream.</param>
    /// <param name="backend">Its stream.</param>
    /// <param name="finishBackend">Ends our sending to the backend, and nothing else.</param>
    /// <param name="cancellation">The client is gone.</param>
    /// <returns>False when it broke off rather than ended.</returns>
    public static async Task<bool> RunAsync(Stream client, Stream backend, Func<Task> finishBackend, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var up = UpAsync(client, backend, finishBackend, stop.Token);
        var down = CopyAsync(backend, client, stop.Token);
        var first = await Task.WhenAny(up, down);
        // A clean end of the client's side leaves the backend's running; everything else ends both.
        if (first == up && await up) await down;
        await stop.CancelAsync();
        await Task.WhenAll(up, down);
        return await down;
    }

    private static async Task<bool> UpAsync(Stream client, Stream backend, Func<Task> finishBackend, CancellationToken cancellation)
    {
        if (!await CopyAsync(client, backend, cancellation)) return false;
        try
        {
            await finishBackend();
            return true;
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return false;
        }
    }

    private static async Task<bool> CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                _ = await from.ReadAsync(Memory<byte>.Empty, cancellation);
                var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
                try
                {
                    var read = await from.ReadAsync(buffer, cancellation);
                    if (read == 0) return true;
                    await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
                    await to.FlushAsync(cancellation);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return false;
        }
    }
}
