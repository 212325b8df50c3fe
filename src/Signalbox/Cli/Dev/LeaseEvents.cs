namespace Signalbox.Cli.Dev;

/// <summary>The words of <see cref="Model.Wire.LeaseEvent.Event"/>.</summary>
internal static class LeaseEvents
{
    public const string Granted = "granted";
    public const string Proved = "proved";
    public const string BackendDown = "backend-down";
    public const string Displaced = "displaced";
    public const string Restored = "restored";
    public const string Quarantined = "quarantined";
    public const string Shutdown = "shutdown";
}
