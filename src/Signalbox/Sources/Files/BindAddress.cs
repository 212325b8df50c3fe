using System.Net;
using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>Reads what <c>bind</c> and <c>--bind</c> take: <c>loopback</c> (both IP versions), <c>any</c> (both), or one address.</summary>
internal static class BindAddress
{
    public const string Loopback = "loopback";

    public const string Any = "any";

    public static Outcome<Items<IPAddress>> Parse(string text) => text switch
    {
        Loopback => (Items<IPAddress>)[IPAddress.Loopback, IPAddress.IPv6Loopback],

        // A socket for any IPv6 address would take IPv4 as well on most systems; one for each keeps the two ports' owners plain to see.
        Any => (Items<IPAddress>)[IPAddress.Any, IPAddress.IPv6Any],
        _ when IsAddress(text, out var address) => (Items<IPAddress>)[address],
        _ => new Problem(ProblemType.InvalidRequest, ProblemSide.Request, text, $"“{text}” is neither loopback, any, nor an IP address.",
            "Write loopback, any, or an address such as 192.168.1.10."),
    };

    /// <summary>The system's parser also takes “1” and “0x7f.1”; whoever writes those did not mean an address.</summary>
    public static bool IsAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!)
            && (text.Contains(':') || text.Split('.') is { Length: 4 } parts && parts.All(part => part.All(char.IsAsciiDigit)));
}
