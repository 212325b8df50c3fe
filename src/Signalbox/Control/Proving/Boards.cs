using Signalbox.Control.Writing;

namespace Signalbox.Control.Proving;

/// <summary>What is known of the world, in its five places, handed about together.</summary>
internal sealed record Boards(BackendBoard Backends, BackendMonitor Monitor, PlaneBoard Planes, RouteBoard Routes, RouteWatches Watches);
