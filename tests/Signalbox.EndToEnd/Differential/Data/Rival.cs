namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>Who may differ from the lane, when the case says why.</summary>
internal enum Rival
{
    /// <summary>The framework's client in the place of the lane, in our own router.</summary>
    General,
    Nginx,
    Haproxy,
}
