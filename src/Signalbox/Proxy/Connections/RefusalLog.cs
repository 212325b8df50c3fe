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

    private readonly Lock _lock = new();

    /// <summary>By reason, of which there is a fixed number.</summary>
    private readonly Dictionary<Refusal, Tally> _tallies = [];

    public void Note(Refusal refusal, EndPoint? peer)
    {
        int count;
        lock (_lock)
        {
            if (!_tallies.TryGetValue(refusal, out var tally)) _tallies.Add(refusal, tally = new Tally());
            count = ++tally.Count;
            if (tally.Written is { } written && time.GetElapsedTime(written) < Interval) return;
            (tally.Written, tally.Count) = (time.GetTimestamp(), 0);
        }

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
        public int Count { get; set; }

        /// <summary>When the last line was written; null before the first.</summary>
        public long? Written { get; set; }
    }
}
