namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>How the other side ended a connection.</summary>
internal enum PeerEnd
{
    /// <summary>Not yet.</summary>
    None,
    Orderly,
    Reset,
}
