using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Wires;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>HTTP/1.1 over TLS: whatever hangs on when octets come, where they end, and who ends the connection is as in clear.</summary>
internal static class OverTls
{
    private static readonly IEnumerable<WireCase> Sources =
        [.. Sizes.List, .. EarlyAnswers.List, .. Interims.List, .. Trailers.List, .. BrokenConnections.List, .. Upgrades.List];

    /// <summary>TLS has no half of a connection: a client that ends its sending has ended it (RFC 8446 6.1 allows otherwise, and nobody does so).</summary>
    private static readonly string[] HalfClosed = ["a client that ends its sending before the answer", "a client that ends its side of the tunnel, and the backend talks on"];

    public static readonly WireCase[] List = [.. Sources.Where(@case => !HalfClosed.Contains(@case.Name)).Select(@case => @case.Over(Carrier.Tls))];
}
