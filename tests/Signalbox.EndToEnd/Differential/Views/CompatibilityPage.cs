using System.Text;
using Signalbox.EndToEnd.Differential.Cases;
using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Wires;

namespace Signalbox.EndToEnd.Differential.Views;

/// <summary><c>docs/compatibility.md</c>, made of the differences that the cases list.</summary>
internal static class CompatibilityPage
{
    private const string Introduction = """
        # Compatibility

        The same requests and answers, about {0} of them, go through Signalbox, nginx 1.22 and HAProxy 2.6 to the same backend: methods, targets, fields, framings,
        sizes, errors, early answers, upgrades, connections; from clients that speak HTTP/1.1 in clear, HTTP/1.1 over TLS, and HTTP/2. What arrives at both ends is
        compared. Here is every case in which it is not the same, by reason; for everything else the three are interchangeable. Over TLS everything is as in clear;
        “HTTP/2 too” and “HTTP/2” stand behind what is so there, beside HTTP/1.1 or alone. nginx and HAProxy are set up as
        faithful proxies (nothing buffered, connections to backends kept).

        “General” is Signalbox with the framework's HTTP client in the place of its own, as it is used for backends over TLS and HTTP/2.

        This page is made from the cases in `tests/Signalbox.EndToEnd/Differential/Cases`, and a test compares it with them. A case that no longer differs fails as
        well as one that begins to.

        Limits that are known:

        - Interim answers (1xx) other than 100 reach clients on HTTP/1.1 only. On HTTP/2 they are left out, since the server there has no place for them; the final
          answer is not touched.
        - A client that ends its sending with a whole request is still answered; whether it has left altogether cannot be seen. So the backend's connection is closed once
          the client has taken nothing for 10 s. It is closed at once when the client resets, or ends in the middle of its request.


        """;

    public static string Render()
    {
        var text = new StringBuilder(Introduction.Replace("{0}", $"{AllCases.List.Count / 10 * 10}", StringComparison.Ordinal));
        var differences = AllCases.List.SelectMany(@case => @case.Differences.Select(difference => (Name: @case.Of ?? @case.Name, @case.Carrier, difference.Rival, difference.Reason)));
        foreach (var reason in differences.GroupBy(difference => difference.Reason))
        {
            text.Append($"- {reason.Key}\n");
            foreach (var rival in reason.GroupBy(difference => difference.Rival).OrderBy(group => group.Key))
                text.Append($"  - {NameOf(rival.Key)}: {string.Join("; ", rival.GroupBy(difference => difference.Name).Select(at => at.Key + WhereOf([.. at.Select(one => one.Carrier)])))}\n");
        }

        return text.ToString();
    }

    private static string WhereOf(Carrier[] carriers) => !carriers.Contains(Carrier.Http2) ? "" : carriers.Length == 1 ? " (HTTP/2)" : " (HTTP/2 too)";

    private static string NameOf(Rival rival) => rival == Rival.Nginx ? "nginx" : rival == Rival.Haproxy ? "HAProxy" : "General";
}
