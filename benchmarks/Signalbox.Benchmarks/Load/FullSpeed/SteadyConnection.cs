using System.Text;
using Signalbox.Benchmarks.Relay;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>One connection of <see cref="SteadyTraffic"/> and the answer that is coming in on it.</summary>
internal sealed class SteadyConnection(int descriptor)
{
    /// <summary>Answers of the bench's backends are far smaller.</summary>
    private readonly byte[] _answer = new byte[16 * 1024];
    private int _filled;

    public int Descriptor => descriptor;

    public bool IsUnderWay { get; private set; }

    /// <summary>From when its request's time runs; of <see cref="System.Diagnostics.Stopwatch"/>, as the next one.</summary>
    public long Since { get; private set; }

    /// <summary>When its last answer was whole, or it was opened.</summary>
    public long FreeSince { get; set; }

    public Span<byte> Room => _answer.AsSpan(_filled);

    public bool IsWhole => MessageEnd.IsAt(_answer.AsSpan(0, _filled), answer: true);

    /// <summary>The first line of what has come, for a report; empty when nothing has.</summary>
    public string Said => Encoding.Latin1.GetString(_answer, 0, Math.Max(0, _answer.AsSpan(0, _filled).IndexOf((byte)'\r')));

    public bool IsGood => _answer.AsSpan().StartsWith("HTTP/1.1 200"u8);

    public void Began(long since) => (IsUnderWay, Since, _filled) = (true, since, 0);

    public void Received(int count) => _filled += count;

    public void Ended(long now) => (IsUnderWay, FreeSince) = (false, now);
}
