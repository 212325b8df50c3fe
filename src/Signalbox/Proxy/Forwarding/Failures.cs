using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Translates what the framework's client throws into results, once.</summary>
internal static class Failures
{
    /// <summary>True for what a peer or the network can cause; everything else is a fault of ours and goes on up.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or AuthenticationException or SocketException or BadHttpRequestException or ObjectDisposedException;

    /// <param name="exception">An expected one, before anything of the answer was sent.</param>
    /// <param name="context">The client's request.</param>
    /// <param name="bodyBegun">True once any of the client's body may have been read, so that it cannot be sent again.</param>
    /// <param name="bodyError">Why the client's body broke off, if it did.</param>
    public static ForwardResult Translate(Exception exception, RouterContext context, bool bodyBegun = false, Exception? bodyError = null)
    {
        if (bodyError is BadHttpRequestException bad) return new ForwardResult(ForwardOutcome.BadRequest, bad.Message, bad.StatusCode);
        if (context.RequestAborted.IsCancellationRequested || bodyError is not null) return ForwardResult.ClientGone;
        if (UnreachableException.In(exception) is { } unreachable && !bodyBegun)
            return new ForwardResult(unreachable.TimedOut ? ForwardOutcome.TimedOut : ForwardOutcome.Refused, unreachable.Reason);
        return ForwardResult.Broken(Describe(exception));
    }

    public static string Describe(Exception exception)
    {
        if (Inner<AuthenticationException>(exception) is { } tls) return "the TLS handshake failed: " + (tls.InnerException ?? tls).Message;
        return (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => "it closed the connection without a whole answer",
            HttpRequestError.InvalidResponse => "its answer is not valid HTTP",
            HttpRequestError.HttpProtocolError => "it broke the HTTP/2 protocol",
            HttpRequestError.VersionNegotiationError => "it does not speak HTTP/2",
            HttpRequestError.ConfigurationLimitExceeded => "its answer's header section is too large",
            _ => Inner<SocketException>(exception) is { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } ? "it reset the connection" : exception.Message,
        };
    }

    private static T? Inner<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found) return found;
        }

        return null;
    }
}
