using System.Security.Cryptography;

namespace Signalbox.Certificates.Own;

/// <summary>One block of a PEM text (RFC 7468).</summary>
/// <param name="Label">What it is: <c>CERTIFICATE</c>, <c>PRIVATE KEY</c>.</param>
/// <param name="Text">From its first hyphen to its last.</param>
internal sealed record PemBlock(string Label, string Text)
{
    private const string Begin = "-----BEGIN";

    public bool IsCertificate => Label is "CERTIFICATE";

    public bool IsKey => Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);

    public byte[] Content => Convert.FromBase64String(Text[PemEncoding.Find(Text).Base64Data]);

    /// <summary>Every block; null when one begins and does not end in order: the text was cut off, or is only half written.</summary>
    public static IReadOnlyList<PemBlock>? Read(ReadOnlySpan<char> text)
    {
        var blocks = new List<PemBlock>();
        while (PemEncoding.TryFind(text, out var found))
        {
            // What is no block in order is passed over by the search, and must not go unseen here.
            if (text[..found.Location.Start].IndexOf(Begin) >= 0) return null;
            blocks.Add(new PemBlock(text[found.Label].ToString(), text[found.Location].ToString()));
            text = text[found.Location.End..];
        }

        return text.IndexOf(Begin) >= 0 ? null : blocks;
    }
}
