using System.IO.Pipelines;

namespace Signalbox.Proxy.Connections;

/// <summary>The server's output, which it cannot end while what is still coming has to be read away: its end would close the connection at once.</summary>
internal sealed class HeldOutput(PipeWriter inner, Func<bool> isHeld) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => inner.WriteAsync(source, cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (!isHeld()) inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null) => isHeld() ? default : inner.CompleteAsync(exception);
}
