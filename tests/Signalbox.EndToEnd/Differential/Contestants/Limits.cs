namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>The waits that every contestant is set to, so that they differ by what they do and not by how long they wait for it.</summary>
internal static class Limits
{
    /// <summary>For a request's head: the shortest that a machine with other work still keeps for an ordinary one.</summary>
    public static readonly TimeSpan Head = TimeSpan.FromSeconds(8);

    /// <summary>For a backend that refuses connections, since no case has it come back.</summary>
    public static readonly TimeSpan Away = TimeSpan.FromMilliseconds(100);
}
