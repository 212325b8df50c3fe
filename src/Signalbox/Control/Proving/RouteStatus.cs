using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>A route's state as a user sees it (<see cref="Model.Wire.RouteStates"/>), since when where known, and the problem behind it.</summary>
internal sealed record RouteStatus(string State, DateTimeOffset? Since, Problem? Problem);
