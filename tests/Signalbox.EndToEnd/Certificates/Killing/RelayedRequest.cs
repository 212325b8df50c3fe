using System.Text;
using System.Text.Json;

namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>One request on its way to a CA.</summary>
internal sealed record RelayedRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Fields, string Body)
{
    /// <summary>What of an order it is. RFC 8555 6.3: what is only asked for comes in a POST with an empty payload.</summary>
    public OrderStep Step { get; } = new(Target.Split('/')[1], Body.Length > 0 && JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("payload").GetString() is { Length: > 0 });

    /// <summary>Null when there is no other.</summary>
    /// <param name="reader">In Latin-1, in which a character is an octet.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<RelayedRequest?> ReadAsync(StreamReader reader, CancellationToken stop)
    {
        if (await reader.ReadLineAsync(stop) is not { } line) return null;
        var fields = new List<(string Name, string Value)>();
        while (await reader.ReadLineAsync(stop) is { Length: > 0 } field)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            fields.Add((field[..colon], field[(colon + 1)..].Trim()));
        }

        var length = fields.Where(field => Is(field.Name, "Content-Length")).Select(field => int.Parse(field.Value)).SingleOrDefault();
        var body = new char[length];

        // Asked for nothing, the reader waits for something all the same.
        if (length > 0 && await reader.ReadBlockAsync(body, stop) < length) return null;
        var start = line.Split(' ');
        return new RelayedRequest(start[0], start[1], fields, new string(body));
    }

    /// <summary>The same for another authority, under the Host it came with.</summary>
    public HttpRequestMessage To(Uri authority)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(authority, Target));
        if (Body.Length > 0) message.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(Body));
        foreach (var (name, value) in Fields)
        {
            if (Is(name, "Connection") || Is(name, "Content-Length")) continue;
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
