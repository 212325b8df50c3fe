using Microsoft.AspNetCore.Http;
using Signalbox.Model;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Carries one request to one backend and its answer back. The only door between the router and whatever speaks to backends.</summary>
internal interface IForwarder : IDisposable
{
    /// <summary>
    /// Streams the request and its answer both ways, and returns when both are over. The request's raw target must be in origin-form.
    /// When the result is not <see cref="ForwardOutcome.Done"/>, nothing has been sent to the client.
    /// </summary>
    ValueTask<ForwardResult> ForwardAsync(RouterContext context, Route route, Backend backend);
}

/// <summary>How a forward ended.</summary>
internal enum ForwardOutcome
{
    /// <summary>The backend's answer has been passed on, or the client's stream was aborted in its middle.</summary>
    Done,

    /// <summary>No connection: refused or no such host. Nothing of the request was sent, so it may be tried again.</summary>
    Refused,

    /// <summary>No connection within the time allowed. Nothing of the request was sent.</summary>
    TimedOut,

    /// <summary>The backend took the connection and then broke the protocol, failed the TLS handshake, or closed without an answer.</summary>
    Broken,

    /// <summary>The client's own request was malformed; <see cref="ForwardResult.Status"/> says how.</summary>
    BadRequest,

    /// <summary>The client went away; there is nobody to answer.</summary>
    ClientGone,
}

/// <param name="Outcome">How it ended.</param>
/// <param name="Error">In words for people; null when done.</param>
/// <param name="Status">The status for <see cref="ForwardOutcome.BadRequest"/>, else 0.</param>
internal readonly record struct ForwardResult(ForwardOutcome Outcome, string? Error = null, int Status = 0)
{
    public static ForwardResult Done => new(ForwardOutcome.Done);

    public static ForwardResult ClientGone => new(ForwardOutcome.ClientGone);

    public static ForwardResult Broken(string error) => new(ForwardOutcome.Broken, error);
}
