using Signalbox.Model;

namespace Signalbox.Proxy.Responses;

/// <summary>Why a request is answered by the router itself.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Title">A few words, for the page's heading.</param>
/// <param name="Problem">The facts in words; its type goes into the answer's <c>Signalbox-Error</c> field.</param>
/// <param name="Route">The route it concerns, or null where there is none.</param>
/// <param name="Error">What a backend did wrong, in words; null where none did.</param>
internal sealed record RequestFailure(int Status, string Title, Problem Problem, Route? Route = null, string? Error = null)
{
    public static RequestFailure NoRoute(string host, string path) => new(404, "No such service",
        host.Length == 0
            ? new Problem(ProblemType.NotFound, ProblemSide.Request, path, "The request names no host, so it is not known which service it is for.", "Ask by the service's name instead of an address.")
            : new Problem(ProblemType.NotFound, ProblemSide.Request, host, $"Nothing is registered under “{host}” for the path “{Short(path)}”.",
                "Start the service with “signalbox dev -- COMMAND”, or see what is there with “signalbox routes”."));

    public static RequestFailure Unusable(int status, string subject, string text) => new(status, "This request cannot be carried",
        new Problem(ProblemType.InvalidRequest, ProblemSide.Request, subject, text));

    public static RequestFailure Absent(Route route) => Away(503, route, "The service has not said yet where it listens.",
        "It is probably still starting; the page comes by itself once it is there.", null);

    public static RequestFailure Refused(Route route, string? error) => Away(503, route, $"The service is not there: {error}.",
        "Start it again; the page comes by itself once it is back.", error);

    public static RequestFailure TimedOut(Route route, string? error) => Away(504, route, $"The service cannot be reached: {error}.",
        "See whether its machine is up and the way to it open.", error);

    public static RequestFailure Broken(Route route, string? error) => new(502, "The service gave no proper answer",
        new Problem(ProblemType.BackendFailed, ProblemSide.Backend, route.Key.ToString(), $"The service took the request, but {error}.", "Look into the service's own output for the cause.", Retry: true),
        route, error);

    public static RequestFailure Loop(Route route, string cause) => new(508, "The request goes round in a circle",
        new Problem(ProblemType.Loop, ProblemSide.Backend, route.Key.ToString(), cause, "Point the service's own proxy setting at the address of the next service, not at its own name."), route, cause);

    private static RequestFailure Away(int status, Route route, string text, string advice, string? error) => new(status, "The service is away",
        new Problem(ProblemType.BackendDown, ProblemSide.Backend, route.Key.ToString(), text, advice, Retry: true), route, error);

    private static string Short(string path) => path.Length <= 100 ? path : path[..100] + "…";
}
