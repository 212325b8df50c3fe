using System.Security.Cryptography;
using System.Text;
using Signalbox.EndToEnd.Differential.Messages;
using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Views;

/// <summary>A run as lines of text that are equal when it went the same way.</summary>
internal static class View
{
    private const string Sent = "> ";
    private const string Came = "< ";

    /// <summary>What each proxy says in its own way: who it is, who asked it, and when.</summary>
    private static readonly HashSet<string> OfTheProxy = ["via", "forwarded", "x-real-ip", "connection", "keep-alive", "date", "server", "cache-control"];

    public static string Of(Run run, ViewKind kind)
    {
        var text = new StringBuilder();
        text.AppendLine($"backend connections: {run.Backends.Count}");
        foreach (var peer in run.Backends)
        {
            foreach (var request in peer.Look(reader => reader.Messages.ToArray())) Append(text, Sent, request, kind);
            Append(text, Sent, peer);
        }

        if (run.Client is { } client)
        {
            foreach (var answer in client.Look(reader => reader.Messages.ToArray()))
            {
                if (kind == ViewKind.Untimed && !answer.IsWhole && run.ClientEnd == ClientEnd.Closed) continue;
                if (IsOwn(answer)) AppendOwn(text, answer, kind);
                else Append(text, Came, answer, kind);
            }

            Append(text, Came, client);
        }

        return text.AppendLine($"client connection: {run.ClientEnd}").ToString();
    }

    /// <summary>True for an answer that a proxy made by itself: backends mark their refusals with the field <c>B</c>.</summary>
    public static bool IsOwn(Message answer) => answer.Status >= 400 && answer.Field("b") is null;

    private static void AppendOwn(StringBuilder text, Message answer, ViewKind kind)
    {
        // The words of a refusal may tell more in one forwarder than in the other; its kind may not differ.
        text.AppendLine($"< {answer.Status} of the proxy{(answer.IsWhole ? "" : ", cut")}");
        if (kind != ViewKind.Common) AppendFields(text, "<   ", answer.Fields.Where(field => field.Name != "content-length"), kind);
    }

    private static void Append(StringBuilder text, string mark, Message message, ViewKind kind)
    {
        text.AppendLine(mark + message.StartLine);
        // The length or the coding is told once, as the framing. Where there is no body the length says something of its own.
        AppendFields(text, mark + "  ", message.Fields.Where(field => message.Framing == FramingKind.None || field.Name is not ("content-length" or "transfer-encoding")), kind);
        if (message.Framing != FramingKind.None) text.AppendLine($"{mark}  framing: {FramingOf(message, mark, kind)}");
        if (!message.IsWhole) text.AppendLine($"{mark}  cut{(kind != ViewKind.Common ? message.Cut : "")}");
        // How much came of what was cut hangs on time.
        else if (message.Body.Length > 0) text.AppendLine($"{mark}  body: {message.Body.Length} {Short(message)}");
        AppendFields(text, mark + "  trailer ", message.Trailers, kind);
    }

    /// <summary>nginx gives a chunked upload a length when it happens to have all of it, so that between others it is only said that there is a body.</summary>
    private static string FramingOf(Message message, string mark, ViewKind kind) => kind == ViewKind.Common && mark == Sent ? "there" : message.Framing.ToString();

    private static void Append(StringBuilder text, string mark, Peer peer)
    {
        var (tunnel, fault) = peer.Look(reader => (reader.Tunnel.ToString(), reader.Fault));
        if (tunnel.Length > 0) text.AppendLine($"{mark}tunnel: {tunnel}");
        if (fault is not null) text.AppendLine($"{mark}{fault}");
    }

    private static void AppendFields(StringBuilder text, string mark, IEnumerable<(string Name, string Value)> fields, ViewKind kind)
    {
        // RFC 9110 5.3: lines of one name are one list, in their order; but for Set-Cookie, which is none (RFC 6265 3).
        foreach (var field in fields.GroupBy(field => field.Name).OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            if (kind == ViewKind.Common && (OfTheProxy.Contains(field.Key) || field.Key.StartsWith("x-forwarded-", StringComparison.Ordinal))) continue;
            var separator = field.Key switch { "set-cookie" => " and ", "cookie" => "; ", _ => ", " };
            text.AppendLine($"{mark}{field.Key}: {(field.Key == "date" || IsMade(field.Key, field.First().Value) ? "…" : string.Join(separator, field.Select(line => line.Value)))}");
        }
    }

    /// <summary>A proxy that takes a WebSocket from HTTP/2 to HTTP/1.1 makes the key itself (RFC 8441 5); the cases' own is RFC 6455's.</summary>
    private static bool IsMade(string name, string value) => name == "sec-websocket-key" && value != "dGhlIHNhbXBsZSBub25jZQ==";

    private static string Short(Message message) =>
        message.Body.Length <= 64 ? message.Text : Convert.ToHexStringLower(SHA256.HashData(message.Body.GetBuffer().AsSpan(0, (int)message.Body.Length)))[..16];
}
