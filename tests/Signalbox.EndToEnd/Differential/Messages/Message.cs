using System.Text;

namespace Signalbox.EndToEnd.Differential.Messages;

/// <summary>One request or response as it came over the wire, as far as it came.</summary>
/// <param name="StartLine">The request line or the status line.</param>
/// <param name="Fields">In the order they came, names in lower case.</param>
internal sealed record Message(string StartLine, IReadOnlyList<(string Name, string Value)> Fields)
{
    public FramingKind Framing { get; set; }

    public MemoryStream Body { get; } = new();

    public List<(string Name, string Value)> Trailers { get; } = [];

    /// <summary>False for one that was cut in its middle.</summary>
    public bool IsWhole { get; set; }

    /// <summary>How it was ended on a connection that goes on; null where it was not.</summary>
    public string? Cut { get; set; }

    /// <summary>Nothing more comes of it.</summary>
    public bool IsOver => IsWhole || Cut is not null;

    /// <summary>The status of a response.</summary>
    public int Status => int.Parse(StartLine.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>RFC 9110 15.2: an interim response, after which the final one is still to come.</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    public string Text => Encoding.Latin1.GetString(Body.GetBuffer(), 0, (int)Body.Length);

    public string? Field(string name) => Fields.Any(field => field.Name == name) ? string.Join(", ", Fields.Where(field => field.Name == name).Select(field => field.Value)) : null;

    /// <summary>True when its sender says that it is the last one on its connection.</summary>
    public bool IsLast => Field("connection") is { } options && options.Contains("close", StringComparison.OrdinalIgnoreCase)
        || Framing == FramingKind.UntilClose
        || (StartLine.StartsWith("HTTP/1.0", StringComparison.Ordinal) && Field("connection")?.Contains("keep-alive", StringComparison.OrdinalIgnoreCase) != true);
}
