using Signalbox.Model.Wire;

namespace Signalbox.Cli.Output;

/// <summary>The colour of each state. Green is for what has been proved, and for nothing else.</summary>
internal static class StateColours
{
    public static string? OfRoute(string state) => state switch
    {
        RouteStates.Live => "green",
        RouteStates.Pending => "yellow",
        RouteStates.BackendDown => "red",
        RouteStates.Shadowed => "dim",
        RouteStates.Refused or RouteStates.Quarantined => "magenta",
        _ => null,
    };

    public static string? OfPlane(string state) => state switch
    {
        "applied" or "in-step" => "green",
        "applying" or "drifted" => "yellow",
        "failed" => "red",
        _ => null,
    };
}
