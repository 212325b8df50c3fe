namespace Signalbox.EndToEnd.Differential.Views;

/// <summary>How much of a run two contestants are compared by.</summary>
internal enum ViewKind
{
    /// <summary>Everything that our own pairings must have in common.</summary>
    Strict,

    /// <summary>As <see cref="Strict"/>, but for answers that were cut off together with their connection: how much of such a one still came is a race.</summary>
    Untimed,

    /// <summary>Without what each proxy says of itself and of its connections.</summary>
    Common,
}
