using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// The output of a connection before it is encrypted. A flush encrypts all there is, small pieces gathered into one record, large ones in records of
/// 16 KiB straight from where they were written, and sends it by one flush of the transport's. It waits for that alone, and meanwhile holds nothing itself.
/// </summary>
internal sealed class TlsWriter(SslStream tls, PipeWriter output, MemoryPool<byte> pool) : PipeWriter
{
    private readonly PlainBytes _plain = new(pool);
    private bool _isDone;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _plain.Length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        // Most answers are small, and so is the first block; more comes in blocks of whole records.
        return _plain.Room(Math.Max(sizeHint, 1), _plain.IsEmpty ? 1 : TlsRecord.MostPlain);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes > 0) _plain.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isDone) return new(new FlushResult(isCanceled: false, isCompleted: true));
        var encrypting = EncryptAsync();
        return encrypting.IsCompletedSuccessfully ? output.FlushAsync(cancellationToken) : FlushSlowlyAsync(encrypting, cancellationToken);
    }

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _ = CompleteAsync(exception).AsTask();

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (_isDone) return;
        _isDone = true;
        try
        {
            // What was written and not flushed goes out with the transport's end.
            if (exception is null) await EncryptAsync();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Then nobody is there any more to take it.
        }

        _plain.Clear();
    }

    /// <summary>The library writes into the transport's memory, so that this has always completed when it returns, but for reasons the library may have some day.</summary>
    private async ValueTask EncryptAsync()
    {
        var all = _plain.All;
        if (all.IsSingleSegment)
        {
            if (!all.IsEmpty) await tls.WriteAsync(all.First);
        }
        else
        {
            await EncryptPiecesAsync(all);
        }

        _plain.Clear();
    }

    private async ValueTask EncryptPiecesAsync(ReadOnlySequence<byte> all)
    {
        var gathered = ArrayPool<byte>.Shared.Rent(TlsRecord.MostPlain);
        try
        {
            var count = 0;
            foreach (var piece in all)
            {
                if (count + piece.Length > TlsRecord.MostPlain && count > 0)
                {
                    await tls.WriteAsync(gathered.AsMemory(0, count));
                    count = 0;
                }

                if (piece.Length >= TlsRecord.MostPlain)
                {
                    await tls.WriteAsync(piece);
                }
                else
                {
                    piece.CopyTo(gathered.AsMemory(count));
                    count += piece.Length;
                }
            }

            if (count > 0) await tls.WriteAsync(gathered.AsMemory(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }

    private async ValueTask<FlushResult> FlushSlowlyAsync(ValueTask encrypting, CancellationToken cancellationToken)
    {
        try
        {
            await encrypting;
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended meanwhile.
            return new FlushResult(isCanceled: false, isCompleted: true);
        }

        return await output.FlushAsync(cancellationToken);
    }
}
