using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Model;

/// <summary>
/// The proof's nonce: <c>random.HMAC-SHA256(key, subject + random)</c>, base64url. Only the daemon that made the key can sign one, so nobody else's
/// request on the proof path is ever answered by the router. The key is drawn anew by each daemon and never leaves its memory.
/// </summary>
internal sealed class ProofNonce
{
    /// <summary>The path a proof is asked on (RFC 8615 well-known).</summary>
    public const string Path = "/.well-known/signalbox/proof";

    /// <summary>The query parameter with the path prefix whose route is to be proved; absent means <c>/</c>.</summary>
    public const string PathParameter = "path";

    /// <summary>The request header that carries the nonce.</summary>
    public const string Header = "Signalbox-Proof";

    /// <summary>16 random bytes: no nonce is ever drawn twice.</summary>
    private const int RandomBytes = 16;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>A nonce for one host and path prefix (<see cref="RouteKey.ToString"/>).</summary>
    public string Sign(string subject)
    {
        var random = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return random + "." + Mac(subject, random);
    }

    public bool Verify(string subject, string? nonce)
    {
        if (nonce is null || nonce.Length > 128) return false;
        var dot = nonce.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(nonce[(dot + 1)..]), Encoding.ASCII.GetBytes(Mac(subject, nonce[..dot])));
    }

    private string Mac(string subject, string random) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(subject + " " + random)));
}
