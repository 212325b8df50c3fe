using System.Text;
using Signalbox.Proxy.Connections;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>What the pure scanner makes of octets that come in the given pieces.</summary>
/// <param name="Shown">All that it let through.</param>
/// <param name="Ends">Where in <paramref name="Shown"/> each message ends.</param>
/// <param name="Status">The refusal's status; 0 for none.</param>
internal sealed record Scanned(string Shown, string Ends, int Status)
{
    /// <summary>Pieces end at the given offsets, in rising order.</summary>
    public static Scanned Of(byte[] octets, params ReadOnlySpan<int> cuts)
    {
        var scanner = new RequestScanner(new GuardOptions());
        var ends = new StringBuilder();
        var (at, shown) = (0, 0);
        for (var piece = 0; piece <= cuts.Length && scanner.Refusal is null; piece++)
        {
            var end = piece < cuts.Length ? cuts[piece] : octets.Length;
            while (at < end && scanner.Refusal is null)
            {
                if (scanner.IsDone) scanner.Next();
                at += scanner.Scan(octets.AsSpan(at, end - at));
                shown = at - (int)scanner.Held;
                if (scanner.IsDone) ends.Append(at).Append(' ');
            }
        }

        return new Scanned(Encoding.Latin1.GetString(octets, 0, shown), ends.ToString(), scanner.Refusal?.Status ?? 0);
    }
}
