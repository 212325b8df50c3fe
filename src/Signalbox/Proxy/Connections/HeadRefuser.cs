using System.IO.Pipelines;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Answers a bad head in the server's place, and keeps the time limit of heads.
/// <para>
/// Writing here is safe although the server owns the connection's output: it is waiting for a request, and it waits for one only after its last response
/// has gone into the same pipe. So the answer comes after every response it made, and it makes none after, because all it then reads is the end.
/// </para>
/// </summary>
internal sealed class HeadRefuser(PipeWriter output, GuardOptions options, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How soon it is looked again when a timer fired before its time by the finer clock: timers go by one that is coarse by some milliseconds (16 at
    /// the most). Nothing else would ever end the wait.
    /// </summary>
    internal static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private ITimer? _timer;
    private PipeReader? _reader;
    private long _began;
    private bool _isTiming;

    /// <summary>The head at hand has had its time.</summary>
    public bool IsLate => _isTiming && time.GetElapsedTime(_began) >= options.HeadersTimeout;

    /// <summary>Starts the clock for a head that did not come whole; again for the same head does nothing.</summary>
    public void HeadBegan(PipeReader reader)
    {
        if (_isTiming) return;
        (_isTiming, _began, _reader) = (true, time.GetTimestamp(), reader);
        // A timer that fires late, when the head has ended, wakes a read for nothing: whoever is woken asks IsLate.
        _timer ??= time.CreateTimer(static state => ((HeadRefuser)state!)._reader!.CancelPendingRead(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(options.HeadersTimeout, LookAgain);
    }

    public void HeadEnded()
    {
        if (!_isTiming) return;
        _isTiming = false;
        _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Writes the answer, then throws away what the client still sends until it closes, within bounds: closing a socket with unread input
    /// resets the connection, and a reset destroys an answer that the client has not read yet (RFC 9112 9.6).
    /// </summary>
    public async ValueTask RefuseAsync(PipeReader input, SequencePosition end, Refusal refusal)
    {
        HeadEnded();
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        input.AdvanceTo(end);
        try
        {
            // Handed over before its time begins: a write with a token that has fired writes nothing, and a machine can sleep between any two lines.
            var writing = output.WriteAsync(RefusalResponse.Of(refusal, time.GetUtcNow()), limit.Token);
            limit.CancelAfter(options.DrainTime);
            await writing;
            await DrainAsync(input, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The client neither read nor closed in time: it is cut off.
        }
        catch (IOException)
        {
            // The client is gone; there is nobody to answer.
        }
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Throws away what the client still sends until it closes, within bounds; see <see cref="RefuseAsync"/>.</summary>
    public async ValueTask DrainAsync(PipeReader input)
    {
        using var limit = new CancellationTokenSource(options.DrainTime, time);
        try
        {
            await DrainAsync(input, limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Cut off, or gone.
        }
    }

    private async ValueTask DrainAsync(PipeReader input, CancellationToken limit)
    {
        for (var left = (long)options.DrainBytes; left > 0;)
        {
            var read = await input.ReadAsync(limit);
            left -= read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            // A cancelled read is the server stopping.
            if (read.IsCompleted || read.IsCanceled) return;
        }
    }
}
