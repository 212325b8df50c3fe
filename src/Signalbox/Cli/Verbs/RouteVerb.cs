using System.CommandLine;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox route add|rm</c>: lasting routes.</summary>
internal static class RouteVerb
{
    public static Command Create(CliContext cli) => new("route", "Make and remove lasting routes") { RouteAddVerb.Create(cli), RouteRemoveVerb.Create(cli) };

    /// <summary>Both verbs name a route by host and path.</summary>
    public static Argument<string> Host() => new("HOST") { Description = "The host name, such as app.localhost or *.app.localhost" };

    public static Option<string?> Path() => new("--path") { Description = "Only requests below this path prefix [default: /]", HelpName = "PREFIX" };
}
