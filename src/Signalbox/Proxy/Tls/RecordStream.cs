using System.Buffers;
using System.IO.Pipelines;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// What the TLS library reads and writes records on. Reads are of one record at most. Writes only fill the transport's memory: sending it is
/// the flush's part, and whoever writes flushes, so that all records of one answer go out together.
/// </summary>
internal sealed class RecordStream(RecordInput input, PipeWriter output) : DuplexStream
{
    /// <summary>True once something was written, an alert perhaps.</summary>
    public bool HasWritten { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        input.Look();
        return input.Next() > 0 || input.HasEnded ? new(input.Read(buffer.Span)) : ReadSlowlyAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        HasWritten = true;
        output.Write(buffer);
    }

    /// <summary>The last word in a handshake that we end; sent by whoever ends the transport.</summary>
    public void Say(TlsAlert alert) => TlsAlertRecord.Write(output, alert);

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushing = output.FlushAsync(cancellationToken);
        return flushing.IsCompletedSuccessfully ? Task.CompletedTask : flushing.AsTask();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    private async ValueTask<int> ReadSlowlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await input.WaitAsync(cancellationToken);
        return input.Read(buffer.Span);
    }
}
