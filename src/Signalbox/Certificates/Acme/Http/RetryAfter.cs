using System.Globalization;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>The Retry-After header (RFC 9110 10.2.3): a number of seconds, or an HTTP date.</summary>
internal static class RetryAfter
{
    /// <summary>A year. Nobody means more, and the sum stays far from the calendar's end.</summary>
    private const long MostSeconds = 366L * 24 * 60 * 60;

    /// <summary>The absolute time, never before now; null when the value is neither.</summary>
    public static DateTimeOffset? Parse(string? value, DateTimeOffset now)
    {
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (text.All(char.IsAsciiDigit))
        {
            var seconds = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, MostSeconds) : MostSeconds;
            return now.AddSeconds(seconds);
        }

        // RFC 9110 5.6.7: IMF-fixdate, and the two obsolete forms.
        string[] forms = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];
        if (!DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)) return null;
        var latest = now.AddSeconds(MostSeconds);
        return date < now ? now : date > latest ? latest : date;
    }
}
