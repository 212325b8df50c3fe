using System.Threading.Channels;

namespace Signalbox.Model;

/// <summary>
/// Wakes one waiter, who then looks for himself. There is one place: a wake-up that is still waiting stands for all that came after it, and one that comes between a
/// look and the wait is not lost. Waking is safe from any thread; one waits at a time.
/// </summary>
internal sealed class WakeSlot
{
    private readonly Channel<bool> _place = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => _place.Writer.TryWrite(true);

    /// <summary>Completes when woken.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _place.Reader.ReadAsync(cancellation);

    /// <summary>True when woken, false when <paramref name="atMost"/> passed first.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
