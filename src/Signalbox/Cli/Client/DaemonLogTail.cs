using System.Text;
using Signalbox.Model;

namespace Signalbox.Cli.Client;

/// <summary>What a daemon that ended at once had written to its log.</summary>
internal static class DaemonLogTail
{
    /// <summary>A refusal of a file with many mistakes is longer than a page; a runaway log is not shown whole.</summary>
    private const int Bytes = 8 * 1024;

    /// <summary>The text from an offset on, at most its last 8 KiB, from a line's start; empty when there is none or it cannot be read.</summary>
    public static string Read(HomeLayout home, long offset)
    {
        try
        {
            using var log = new FileStream(home.DaemonLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = Math.Max(offset, log.Length - Bytes);
            log.Seek(start, SeekOrigin.Begin);
            using var reader = new StreamReader(log, Encoding.UTF8);
            var text = reader.ReadToEnd();
            if (start > offset) text = text[(text.IndexOf('\n') + 1)..];
            return text.Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
