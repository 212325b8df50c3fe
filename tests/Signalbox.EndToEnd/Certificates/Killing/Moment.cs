namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>Where a request to the CA is when the daemon that sent it is killed.</summary>
internal enum Moment
{
    /// <summary>The CA never hears it.</summary>
    Unsent,

    /// <summary>The CA hears it when the daemon is gone already: what it does about it, such as a look at the name, meets with nobody.</summary>
    Orphaned,

    /// <summary>The CA has answered, and the daemon never hears that.</summary>
    Unanswered,

    /// <summary>The answer has come to the daemon's machine at this moment; it may have begun to read it.</summary>
    Answered,
}
