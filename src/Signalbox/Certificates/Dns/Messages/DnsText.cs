using System.Text;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>How strangers' octets are shown to people.</summary>
internal static class DnsText
{
    /// <summary>Longer values are cut: a challenge's has 43 characters, and evidence is kept.</summary>
    private const int MostShown = 300;

    /// <summary>In quotes, with everything a terminal might obey as <c>\DDD</c> (RFC 1035 5.1).</summary>
    public static string Quote(string octets)
    {
        var text = new StringBuilder("\"");
        foreach (var c in octets.AsSpan(0, Math.Min(octets.Length, MostShown)))
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c is < ' ' or > '~') text.Append('\\').Append(((int)c).ToString("D3"));
            else text.Append(c);
        }

        return text.Append(octets.Length > MostShown ? "…\"" : "\"").ToString();
    }
}
