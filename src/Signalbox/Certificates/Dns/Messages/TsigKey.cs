using System.Security.Cryptography;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>A secret shared with a name server (RFC 8945).</summary>
/// <param name="Name">What the server calls it.</param>
/// <param name="Algorithm">The algorithm's domain name.</param>
internal sealed record TsigKey(DnsName Name, DnsName Algorithm, Items<byte> Secret)
{
    public const string Sha256 = "hmac-sha256";
    public const string Sha512 = "hmac-sha512";

    /// <summary>A key as it stands in a configuration, its secret in base64 as in the name server's own file.</summary>
    public static Outcome<TsigKey> Parse(string name, string algorithm, string secret)
    {
        var word = algorithm.Trim().TrimEnd('.').ToLowerInvariant();
        if (word is not (Sha256 or Sha512)) return Invalid(name, $"The algorithm “{algorithm}” is not known.", $"Use {Sha256} or {Sha512}.");
        var parsed = DnsName.Parse(name);
        if (!parsed.Succeeded || parsed.Value.IsRoot) return Invalid(name, "The key has no usable name.", "Give the name the server's configuration has for it.");
        var octets = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret, octets, out var length) || length == 0)
            return Invalid(name, "The key's secret is not base64.", "Give it as it stands in the server's configuration.");
        return new TsigKey(parsed.Value, DnsName.Of(word), Items.Of<byte>(octets.AsSpan(0, length)));
    }

    public byte[] Mac(ReadOnlySpan<byte> octets) =>
        Algorithm.Text == Sha512 ? HMACSHA512.HashData(Secret.AsSpan(), octets) : HMACSHA256.HashData(Secret.AsSpan(), octets);

    /// <summary>Never the secret: records print what they hold.</summary>
    public override string ToString() => $"{Name} ({Algorithm})";

    private static Problem Invalid(string name, string text, string advice) => new(ProblemType.InvalidConfig, ProblemSide.Request, name, text, advice);
}
