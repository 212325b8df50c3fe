namespace Signalbox.Proxy.Tls;

/// <summary>What a client says before anything is agreed on, as far as the choice of a certificate needs it (RFC 8446 4.1.2).</summary>
/// <param name="ServerName">The name it asks for (RFC 6066 3), as sent; null when it asks for none.</param>
/// <param name="Protocols">What it offers to speak (RFC 7301 3.1), in its order, each octet a character; empty when it offers nothing.</param>
internal sealed record ClientHello(string? ServerName, IReadOnlyList<string> Protocols)
{
    /// <summary>For a hello that cannot be read. The TLS library finds the fault, or is more lenient than we are.</summary>
    public static ClientHello Unread { get; } = new(null, []);
}
