using System.Text;
using System.Text.Json;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>A CA's problem document (RFC 9457) with ACME's members (RFC 8555 6.7), kept whole.</summary>
/// <param name="Type">The error's URI; <c>about:blank</c> when it has none.</param>
/// <param name="Detail">The CA's own words.</param>
/// <param name="Json">The document as it came, with every member, also unknown ones.</param>
internal sealed record AcmeProblem(string Type, string? Detail, string Json)
{
    public string? Title { get; init; }

    public int? Status { get; init; }

    /// <summary>Where a person goes to act, when the type is userActionRequired (RFC 8555 7.3.3).</summary>
    public string? Instance { get; init; }

    /// <summary>Whom a subproblem is about.</summary>
    public Identifier? Identifier { get; init; }

    public Items<AcmeProblem> Subproblems { get; init; }

    /// <summary>
    /// Reads one leniently, member by member: what is of another type than it should be is left out of the members and stays in the text.
    /// Null when it is no JSON object.
    /// </summary>
    public static AcmeProblem? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        return new AcmeProblem(Text(json, "type") ?? AcmeProblemType.Blank, Text(json, "detail"), json.GetRawText())
        {
            Title = Text(json, "title"),
            Status = json.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var number) ? number : null,
            Instance = Text(json, "instance"),
            Identifier = json.TryGetProperty("identifier", out var about) ? ReadIdentifier(about) : null,
            Subproblems = json.TryGetProperty("subproblems", out var below) && below.ValueKind == JsonValueKind.Array
                ? below.EnumerateArray().Select(Read).OfType<AcmeProblem>().ToItems()
                : default,
        };
    }

    /// <summary>The same from a document's bytes; null when they are none.</summary>
    public static AcmeProblem? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // RFC 8555 6.7: "Clients SHOULD display the "detail" field of all errors."
    public override string ToString()
    {
        var text = new StringBuilder(Detail ?? Title ?? Type);
        foreach (var sub in Subproblems)
        {
            text.Append(text[^1] == '.' ? " " : "; ");
            if (sub.Identifier is { } about) text.Append(about.Value).Append(": ");
            text.Append(sub.ToString());
        }

        return text.ToString();
    }

    private static Identifier? ReadIdentifier(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && Text(json, "type") is { } type && Text(json, "value") is { } value ? new Identifier(type, value) : null;

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
