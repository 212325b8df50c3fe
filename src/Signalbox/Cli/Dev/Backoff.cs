namespace Signalbox.Cli.Dev;

/// <summary>Growing pauses with jitter: many holders that lost one daemon at one instant do not come back at one instant.</summary>
/// <param name="random">Gives the jitter.</param>
internal sealed class Backoff(Random random)
{
    /// <summary>A daemon that was killed is up again within a second; its names are kept for holders 10 s, so several tries must fit.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(2);

    private TimeSpan _next = First;

    /// <summary>The next pause: half to the whole of 100 ms, 200 ms, … 2 s.</summary>
    public TimeSpan Next()
    {
        var pause = _next * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return pause;
    }

    public void Reset() => _next = First;
}
