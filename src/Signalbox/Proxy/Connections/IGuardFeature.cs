namespace Signalbox.Proxy.Connections;

/// <summary>
/// What the <see cref="RequestGuard"/> of an HTTP/1.1 connection tells and is told. Reached through <c>HttpContext.Features</c>,
/// which falls back to the connection's features; null on HTTP/2.
/// </summary>
internal interface IGuardFeature
{
    /// <summary>
    /// Says that 101 is about to be sent: from the end of this request on, octets pass unread. To be called before <c>UpgradeAsync</c>.
    /// Throws <see cref="InvalidOperationException"/> when the request did not ask for an upgrade.
    /// </summary>
    void PassThrough();

    /// <summary>Why the body of the current request broke off, so that a forwarder can tell it from a fault of the backend; null when it did not.</summary>
    Refusal? Refused { get; }

    /// <summary>
    /// The current request's Connection fields as they were sent, less those that hold one usual option only. The server forgets the names of fields
    /// beside <c>close</c> and <c>keep-alive</c>, and an intermediary must remove what is named there (RFC 9110 7.6.1).
    /// </summary>
    IReadOnlyList<string> Connection { get; }
}
