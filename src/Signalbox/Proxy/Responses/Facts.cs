using System.Globalization;
using System.Text.RegularExpressions;
using Signalbox.Model;

namespace Signalbox.Proxy.Responses;

/// <summary>What is told of a failed request: the same to people (a page) and to programs (a problem document).</summary>
internal static partial class Facts
{
    /// <summary>Name and value, in the order of a person's questions.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(RequestFailure failure, IRouteDirectory directory)
    {
        if (failure.Route is not { } route) return [];
        var facts = new List<(string, string)> { ("Service", route.Key.ToString()), ("Owner", WithoutSecrets(route.Owner.ToString())) };
        if (!string.IsNullOrWhiteSpace(route.Label)) facts.Add(("Started as", WithoutSecrets(route.Label)));
        if (!route.Backends.IsEmpty) facts.Add(("Should be at", string.Join(", ", route.Backends)));
        if (directory.Down(route) is { } down)
        {
            facts.Add(("Away since", down.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)));
            facts.Add(("Error", down.Error));
        }
        else if (failure.Error is not null)
        {
            facts.Add(("Error", failure.Error));
        }

        return facts;
    }

    /// <summary>A command line may hold a token, and an error page is seen by whoever asks.</summary>
    private static string WithoutSecrets(string text) => Secret().Replace(text, "$1…");

    [GeneratedRegex("""((?:token|secret|passw(?:or)?d|api[-_]?key|auth)[\w-]*(?:=|:|\s+))\S+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();
}
