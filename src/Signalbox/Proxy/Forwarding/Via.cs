using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// The Via field (RFC 9110 7.6.3). Each request gets <c>1.1 &lt;pseudonym&gt; (&lt;route id&gt;)</c>, by which one that comes back to us is known. Our own
/// entries are kept even from peers that are not trusted: dropping them would hide a loop, and whoever forges one only has his own request refused.
/// </summary>
internal static class Via
{
    public const string Header = "Via";

    /// <summary>Passes through this router that a request may make on its way through several services; more is a loop that changes its route.</summary>
    public const int MaxPasses = 10;

    /// <summary>How the request has been here before, in words; null when it may go on to this route.</summary>
    public static string? LoopCause(StringValues via, string pseudonym, string routeId)
    {
        if (via.Count == 0) return null;
        var passes = 0;
        foreach (var entry in Own(via, pseudonym))
        {
            passes++;
            if (entry.EndsWith($"({routeId})", StringComparison.Ordinal))
                return "The service sends requests for this name back to this name, so each would go round for ever.";
        }

        return passes >= MaxPasses ? $"The request has already passed through this router {passes} times, from one service to the next." : null;
    }

    /// <summary>The value for the backend.</summary>
    /// <param name="to">A field that has been begun.</param>
    /// <param name="request">All of what it came with is kept when the peer is trusted, else only our own entries.</param>
    /// <param name="trusted">True when the peer is.</param>
    /// <param name="pseudonym">Ours.</param>
    /// <param name="routeId">By which our entry is known.</param>
    public static void Write(IFieldSink to, HttpRequest request, bool trusted, string pseudonym, string routeId)
    {
        var received = request.Headers.Via;
        if (received.Count > 0)
        {
            foreach (var value in trusted ? received.ToArray().Where(value => !string.IsNullOrEmpty(value)) : Own(received, pseudonym))
            {
                to.Append(value);
                to.Append(", ");
            }
        }

        to.Append(Version(request.Protocol));
        to.Append(" ");
        to.Append(pseudonym);
        to.Append(" (");
        to.Append(routeId);
        to.Append(")");
    }

    /// <param name="protocol">As received: <c>HTTP/1.1</c>, <c>HTTP/2</c>. Via has the version without the name.</param>
    public static string Version(string protocol) => protocol switch { "HTTP/1.1" => "1.1", "HTTP/2" => "2.0", "HTTP/1.0" => "1.0", _ => "1.1" };

    private static IEnumerable<string> Own(StringValues via, string pseudonym)
    {
        foreach (var value in via)
        {
            // Somebody else's comment may hold a comma and fall into two pieces; neither can pass for an entry of ours by that.
            foreach (var piece in (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                var words = piece.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length >= 2 && words[1].Equals(pseudonym, StringComparison.OrdinalIgnoreCase)) yield return piece;
            }
        }
    }
}
