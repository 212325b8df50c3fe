namespace Signalbox.Certificates.Acme.Http;

/// <summary>Status words: each is the lower-case name of its value (RFC 8555 7.1.6).</summary>
internal static class Statuses
{
    public static bool TryParse<T>(string? text, out T status)
        where T : struct, Enum
    {
        status = default;

        // Enum.TryParse alone would also take numbers and other spellings.
        return text is not null && text.All(char.IsAsciiLetterLower) && Enum.TryParse(text, ignoreCase: true, out status);
    }
}
