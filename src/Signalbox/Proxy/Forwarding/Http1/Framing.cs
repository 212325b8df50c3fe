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
