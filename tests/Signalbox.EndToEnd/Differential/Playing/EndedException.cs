namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>What a step waits for cannot come any more, since the connection has ended. The run goes on with what there is; its view tells the rest.</summary>
internal sealed class EndedException() : Exception("The connection has ended.");
