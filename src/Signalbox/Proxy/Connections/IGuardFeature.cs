using Microsoft.AspNetCore.Connections;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// What the <see cref="RequestGuard"/> of an HTTP/1.1 connection tells and is told. Reached through <see cref="RouterContext.Guard"/>;
/// null on HTTP/2.
/// </summary>
internal interface IGuardFeature
{
    /// <summary>
    /// Says that 101 is about to be sent: from the end of this request on, octets pass unread. To be called before <c>UpgradeAsync</c>.
    /// Throws <see cref="InvalidOperationException"/> when the request did not ask for an upgrade.
    /// </summary>
    void PassThrough();

    /// <summary>
    /// From the end of this request on the connection is the successor's: the server's own objects for HTTP, which are half of what a connection holds, go,
    /// and the connection stays. To be called after <see cref="PassThrough"/>, once 101 has been sent. The successor is called once, whatever happens
    /// meanwhile. It finds the connection's transport as it is below the guard, with all the client has sent behind its request, and when it returns the
    /// connection ends.
    /// </summary>
    void HandOver(Func<ConnectionContext, Task> successor);

    /// <summary>Why the body of the current request broke off, so that a forwarder can tell it from a fault of the backend; null when it did not.</summary>
    Refusal? Refused { get; }

    /// <summary>
    /// The current request's Connection fields as they were sent, less those that hold one usual option only. The server forgets the names of fields
    /// beside <c>close</c> and <c>keep-alive</c>, and an intermediary must remove what is named there (RFC 9110 7.6.1).
    /// </summary>
    IReadOnlyList<string> Connection { get; }

    /// <summary>
    /// Sends the head of an interim answer (RFC 9110 15.2), for which the server has no way but for its own 100. To be called while the answer has not
    /// begun, by whoever answers, one at a time; then nothing else is being written: the answers before have been flushed whole before this request was read,
    /// and a 100 is written within the call that first reads the body. Should its flush still be under way because the client takes nothing, then
    /// this answer is left out: it is a hint, and no client waits for it.
    /// </summary>
    ValueTask SendInterimAsync(ReadOnlyMemory<byte> head);
}
