namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>What a case's client speaks to the proxy.</summary>
internal enum Carrier
{
    /// <summary>HTTP/1.1 in clear.</summary>
    Clear,

    /// <summary>HTTP/1.1 over TLS.</summary>
    Tls,

    /// <summary>HTTP/2 over TLS.</summary>
    Http2,
}
