namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>How a body's end is known (RFC 9112 6.3).</summary>
internal enum Framing
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Content-Length.</summary>
    Length,

    /// <summary>The chunked coding.</summary>
    Chunked,

    /// <summary>The end of the connection.</summary>
    UntilClose,
}

/// <summary>The head of a backend's answer.</summary>
/// <param name="Minor">Of its HTTP/1 version: 0 or 1.</param>
/// <param name="Status">100 to 999.</param>
/// <param name="Reason">As sent; may be empty.</param>
/// <param name="Fields">In order.</param>
internal sealed record ResponseMessage(int Minor, int Status, string Reason, List<KeyValuePair<string, string>> Fields)
{
    /// <summary>Content-Length where it is valid to go by.</summary>
    public long? Length { get; init; }

    public bool IsChunked { get; init; }

    /// <summary>The Connection field, or null.</summary>
    public string? Connection { get; init; }

    /// <summary>False when the backend will end the connection after this answer (RFC 9112 9.3).</summary>
    public bool KeepsConnection { get; init; }

    public Framing FramingFor(string method) =>
        method == "HEAD" || Status is < 200 or 204 or 304 || (!IsChunked && Length == 0) ? Framing.None
        : IsChunked ? Framing.Chunked
        : Length is not null ? Framing.Length
        : Framing.UntilClose;
}
