namespace Signalbox.Control.Proving;

/// <summary>How often a route's proof failed in a row, and whether it is tried again already.</summary>
internal sealed class Retry
{
    private readonly Lock _lock = new();
    private int _failures;
    private bool _waiting;
    private bool _urgent;

    /// <summary>Notes a failure. The count when a new wait is to begin; null when one is under way, which then serves this one too.</summary>
    public int? Failed(bool urgent)
    {
        lock (_lock)
        {
            _failures++;
            _urgent |= urgent;
            if (_waiting) return null;
            _waiting = true;
            return _failures;
        }
    }

    /// <summary>The wait is over; true when somebody waits for the proof.</summary>
    public bool Over()
    {
        lock (_lock)
        {
            var urgent = _urgent;
            (_waiting, _urgent) = (false, false);
            return urgent;
        }
    }
}
