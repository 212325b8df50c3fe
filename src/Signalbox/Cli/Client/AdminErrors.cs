using System.Net.Sockets;
using System.Text.Json;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Client;

/// <summary>Turns what the socket, HTTP and JSON throw, and what the daemon refuses, into problems. The one place where that is done.</summary>
internal static class AdminErrors
{
    /// <summary>True for every failure that belongs to the other side; false for the caller's own cancellation and for mistakes of ours.</summary>
    public static bool IsExpected(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        HttpRequestException or IOException or SocketException or JsonException => true,
        _ => false,
    };

    public static Problem Translate(Exception error, string socketPath, string path) => error switch
    {
        OperationCanceledException => new Problem(ProblemType.NoDaemon, ProblemSide.Daemon, socketPath, "The daemon holds the socket but does not answer.",
            "Look at `signalbox doctor` and at daemon.log beside the socket; `signalbox down` and `signalbox up` start it again.", Retry: true),
        JsonException => Unreadable(socketPath, path),
        // The limit of sockaddr_un.sun_path, unix(7), found while connecting.
        _ when Find<ArgumentOutOfRangeException>(error) is not null => new Problem(ProblemType.HomeUnusable, ProblemSide.System, socketPath,
            "The path of the admin socket is longer than the system allows (108 bytes).", "Choose a shorter home with --home or SIGNALBOX_HOME."),
        _ when Find<SocketException>(error) is { } socket => OfSocket(socket.SocketErrorCode, socketPath),
        _ => new Problem(ProblemType.NoDaemon, ProblemSide.Daemon, socketPath, "The daemon ended the connection before it had answered.",
            "Ask again; if it is down, start it with `signalbox up`.", Retry: true),
    };

    /// <summary>The problems of a problem document; one made of the status when the body is none.</summary>
    public static Items<Problem> Refusal(HttpResponseMessage response, string body, string path)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == ProblemDocument.MediaType
                && JsonSerializer.Deserialize(body, AdminJson.Lenient.ProblemDocument) is { } document)
            {
                return document.Problems.Length > 0 ? [.. document.Problems] : [new Problem(LastPart(document.Type), SideOf(document.Status), path, document.Detail)];
            }
        }
        catch (JsonException)
        {
            // A cut-off document tells no more than its status does.
        }

        var status = (int)response.StatusCode;
        return [new Problem(status == 404 ? ProblemType.NotFound : ProblemType.CommandFailed, SideOf(status), path, $"The daemon answered with status {status} and gave no reason.",
            status == 404 ? "It may be of an older version: `signalbox down`, then `signalbox up`." : "Its log may tell more: see `signalbox doctor`.")];
    }

    public static Problem Unreadable(string socketPath, string path) => new(ProblemType.CommandFailed, ProblemSide.Daemon, socketPath,
        $"The answer to /v1/{path} cannot be read; the daemon may be of another version.", "Start this version's daemon: `signalbox down`, then `signalbox up`.");

    private static Problem OfSocket(SocketError code, string socketPath) => code switch
    {
        SocketError.AccessDenied => new Problem(ProblemType.HomeUnusable, ProblemSide.System, socketPath,
            $"Permission to use the admin socket is denied: it belongs to {FileOwner.Describe(socketPath)}.",
            "Run the command as that user, or use a home of your own with --home or SIGNALBOX_HOME."),
        _ => new Problem(ProblemType.NoDaemon, ProblemSide.Daemon, socketPath, "No daemon is running for this home.", "Start it with `signalbox up --detach`, or `signalbox up` to watch it.", Retry: true),
    };

    private static T? Find<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found) return found;
        }

        return null;
    }

    private static ProblemSide SideOf(int status) => status < 500 ? ProblemSide.Request : ProblemSide.Daemon;

    private static string LastPart(string type) => type[(type.LastIndexOf(':') + 1)..];
}
