using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Proxy.Forwarding;

/// <summary>The handshake of RFC 6455 4.1, which RFC 8441 5 leaves out on HTTP/2 and an HTTP/1.1 backend wants.</summary>
internal static class WebSocketKey
{
    /// <summary>RFC 6455 1.3.</summary>
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>RFC 6455 4.1: "a nonce consisting of a randomly selected 16-byte value that has been base64-encoded".</summary>
    public static string Draw() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

#pragma warning disable CA5350 // SHA-1 is what RFC 6455 4.2.2 says; it shows that the peer speaks WebSocket and protects nothing.
    public static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
}
