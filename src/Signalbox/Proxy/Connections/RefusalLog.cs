using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Says which requests were refused, and to whom: at most one line a second for each reason, with the number of those it stands for, so that an attack
/// does not fill the disk. Nothing of the request is written: it may hold secrets.
/// </summary>
internal sealed partial class RefusalLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>By reason, of which there is a fixed number.</summary>
    private readonly ConcurrentDictionary<Refusal, Tally> _tallies = [];

    /// <summary>Takes no lock: under an attack every event loop comes by here at once.</summary>
    public void Note(Refusal refusal, EndPoint? peer)
    {
        if (_tallies.GetOrAdd(refusal, static _ => new Tally()).Add(time, Interval) is not (> 0 and var count)) return;
        if (count == 1) Refused(peer, refusal.Status, refusal.Text);
        else RefusedSeveral(count, peer, refusal.Status, refusal.Text);
    }

    [LoggerMessage(LogLevel.Information, "Refused a request from {Peer} with {Status}: {Reason}")]
    private partial void Refused(EndPoint? peer, int status, string reason);

    [LoggerMessage(LogLevel.Information, "Refused {Count} requests since the last such line, the latest from {Peer}, with {Status}: {Reason}")]
    private partial void RefusedSeveral(int count, EndPoint? peer, int status, string reason);

    private sealed class Tally
    {
        /// <summary>Since the last line.</summary>
        private int _count;

        /// <summary>When the last line was written; 0 before the first.</summary>
        private long _written;

        /// <summary>How many the line to be written now stands for; 0 when it is not the time for one.</summary>
        public int Add(TimeProvider time, TimeSpan interval)
        {
            Interlocked.Increment(ref _count);
            var (now, written) = (time.GetTimestamp(), Volatile.Read(ref _written));
            if (written != 0 && time.GetElapsedTime(written, now) < interval) return 0;
            // Of those who find that it is time one writes the line, for all who were counted until then.
            return Interlocked.CompareExchange(ref _written, now, written) == written ? Interlocked.Exchange(ref _count, 0) : 0;
        }
    }
}
