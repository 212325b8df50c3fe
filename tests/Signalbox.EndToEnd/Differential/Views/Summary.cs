using Signalbox.EndToEnd.Differential.Messages;
using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Views;

/// <summary>
/// A run in one line, short enough to stand beside its case: what reached the backend, <c>=&gt;</c>, what came back, and what became of the client's
/// connection. A body of more than 40 octets is told by its length.
/// </summary>
internal static class Summary
{
    private const int ShortBody = 40;

    public static string Of(Run run)
    {
        var requests = run.Backends.SelectMany(peer => peer.Look(reader => reader.Messages.Select(RequestOf).Concat(TunnelOf(reader)).ToArray())).ToArray();
        var answers = run.Client!.Look(reader => reader.Messages.Select(AnswerOf).Concat(TunnelOf(reader)).ToArray());
        var connections = run.Backends.Count == 1 || requests.Length == 0 && run.Backends.Count == 0 ? "" : $" on {run.Backends.Count} connections";
        return $"{List(requests)}{connections} => {List(answers)}, {run.ClientEnd.ToString().ToLowerInvariant()}";
    }

    private static string List(string[] items) => items.Length == 0 ? "nothing" : string.Join("; ", items);

    private static string RequestOf(Message message) => message.StartLine.Split(' ')[0] + " " + Short(message.StartLine.Split(' ')[1]) + BodyOf(message);

    private static string AnswerOf(Message message) => message.Status == 0 ? "no answer" : View.IsOwn(message) ? $"{message.Status} of ours{(message.IsWhole ? "" : " cut")}" : message.Status + BodyOf(message);

    private static string BodyOf(Message message) =>
        (!message.IsWhole ? " cut" : message.Body.Length == 0 ? "" : " " + Quoted(message.Text))
        + string.Concat(message.Trailers.Select(field => $" ({field.Name}: {field.Value})"));

    private static string Quoted(string text) => text.Length <= ShortBody ? $"“{text}”" : $"{text.Length} octets";

    private static string Short(string target) => target.Length <= ShortBody ? target : $"({target.Length} octets)";

    private static IEnumerable<string> TunnelOf(MessageReader reader)
    {
        if (reader.Tunnel.Length > 0) yield return $"tunnel {Quoted(reader.Tunnel.ToString())}";
        if (reader.Fault is { } fault) yield return fault;
    }
}
