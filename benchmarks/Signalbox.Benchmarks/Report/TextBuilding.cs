using System.Text;

namespace Signalbox.Benchmarks.Report;

internal static class TextBuilding
{
    /// <summary>Takes away spaces at the end.</summary>
    public static StringBuilder TrimEnd(this StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ') text.Length--;
        return text;
    }
}
