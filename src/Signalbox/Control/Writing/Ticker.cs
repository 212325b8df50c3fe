using Signalbox.Model;

namespace Signalbox.Control.Writing;

/// <summary>
/// Times for the record: UTC, each later than every one before, also when the clock stands still or jumps back. So no two claims ever have the same
/// time and conflicts are decided by times alone. Used by the one writer only.
/// </summary>
internal sealed class Ticker(TimeProvider time)
{
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    public DateTimeOffset Next()
    {
        var now = time.GetUtcNow();
        _last = now > _last ? now : _last.AddTicks(1);
        return _last;
    }

    /// <summary>Learns the times of a claim that was recorded before a restart.</summary>
    public void Saw(Claim claim)
    {
        foreach (var recorded in new[] { claim.Since, claim.Held, claim.Taken ?? DateTimeOffset.MinValue })
        {
            if (recorded > _last) _last = recorded;
        }
    }
}
