namespace Signalbox.Control.Proving;

/// <summary>What is known of a backend.</summary>
internal enum Reach
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>It accepted a connection when it was last asked.</summary>
    Up,

    /// <summary>It did not.</summary>
    Down,
}

/// <summary>A backend's last seen state, since when, and the error in words when it is down.</summary>
internal sealed record BackendHealth(Reach Reach, DateTimeOffset Since, string? Error)
{
    public static BackendHealth Unknown { get; } = new(Reach.Unknown, DateTimeOffset.MinValue, null);
}
