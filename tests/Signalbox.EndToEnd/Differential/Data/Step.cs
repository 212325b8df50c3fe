using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>One thing an end of a connection does, or waits for.</summary>
internal delegate Task Step(Peer peer);
