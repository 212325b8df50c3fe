using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// The server's output, which it cannot end while what is still coming has to be read away, or while the connection is another's: its end would close the
/// connection at once.
/// </summary>
internal sealed class HeldOutput(PipeWriter inner, GuardedReader reader) : PipeWriter
{
    /// <summary>Flushes of the server's that wait for the client.</summary>
    private int _flushing;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Counted(inner.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => Counted(inner.WriteAsync(source, cancellationToken));

    /// <summary>Writes what is not the server's between what is; see <see cref="IGuardFeature.SendInterimAsync"/>.</summary>
    public async ValueTask WriteBetweenAsync(ReadOnlyMemory<byte> octets)
    {
        if (Volatile.Read(ref _flushing) == 0) await inner.WriteAsync(octets);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (!reader.IsKept) inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null) => reader.IsKept ? default : inner.CompleteAsync(exception);

    private ValueTask<FlushResult> Counted(ValueTask<FlushResult> flushing) => flushing.IsCompleted ? flushing : CountedAsync(flushing);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> CountedAsync(ValueTask<FlushResult> flushing)
    {
        Interlocked.Increment(ref _flushing);
        try
        {
            return await flushing;
        }
        finally
        {
            Interlocked.Decrement(ref _flushing);
        }
    }
}
