using System.Collections.Concurrent;
using System.Threading.Channels;
using Signalbox.Model.Wire;

namespace Signalbox.Control;

/// <summary>Hands the journal's lines, as they are written, to whoever listens. Nobody can hold up the writer: a listener that falls behind is ended.</summary>
internal sealed class EventHub
{
    /// <summary>Lines kept for one listener: some seconds of the fastest churn.</summary>
    private const int Backlog = 4096;

    private readonly ConcurrentDictionary<Subscription, bool> _subscriptions = new();
    private volatile bool _closed;

    public Subscription Subscribe()
    {
        var subscription = new Subscription(this);
        _subscriptions[subscription] = true;
        if (_closed) subscription.End();
        return subscription;
    }

    public void Tell(IReadOnlyList<HistoryEntry> entries)
    {
        foreach (var (subscription, _) in _subscriptions) subscription.Offer(entries);
    }

    /// <summary>Ends all streams, when the daemon stops.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var (subscription, _) in _subscriptions) subscription.End();
    }

    internal sealed class Subscription(EventHub hub) : IDisposable
    {
        private readonly Channel<HistoryEntry> _channel = Channel.CreateBounded<HistoryEntry>(Backlog);

        public IAsyncEnumerable<HistoryEntry> ReadAllAsync(CancellationToken cancellation) => _channel.Reader.ReadAllAsync(cancellation);

        public void Offer(IReadOnlyList<HistoryEntry> entries)
        {
            foreach (var entry in entries)
            {
                if (!_channel.Writer.TryWrite(entry)) End();
            }
        }

        public void End() => _channel.Writer.TryComplete();

        public void Dispose() => hub._subscriptions.TryRemove(this, out _);
    }
}
