using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>What a command is to be given beside its own words so that it listens where we want it.</summary>
/// <param name="Tool">The dev server recognised in it.</param>
/// <param name="Extra">Put behind the command's last word; empty when the user said the port already.</param>
/// <param name="OwnPort">The port the user's own words name; null when they name none.</param>
internal sealed record ServerArguments(DevTool Tool, Items<string> Extra, int? OwnPort)
{
    /// <summary>The arguments for a tool with these words behind its name.</summary>
    public static ServerArguments Of(DevTool tool, IReadOnlyList<string> words, int port, string host)
    {
        if (NamesPort(words, out var own)) return new ServerArguments(tool, [], own);
        // Behind a "--" of its own a tool reads no flags.
        if (words.Contains("--")) return new ServerArguments(tool, [], null);
        var extra = new List<string> { tool.PortFlag, port.ToString() };
        if (tool.StrictFlag is { } strict && !words.Contains(strict)) extra.Add(strict);
        if (!NamesHost(words)) extra.AddRange([tool.HostFlag, host]);
        return new ServerArguments(tool, extra.ToItems(), null);
    }

    private static bool NamesPort(IReadOnlyList<string> words, out int? port)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var next = i + 1 < words.Count ? words[i + 1] : "";
            var text = word switch
            {
                "--port" => next,
                // -p means something else to some tools (webpack's old --production), unless a number follows.
                "-p" when IsPort(next) => next,
                _ when word.StartsWith("--port=", StringComparison.Ordinal) => word["--port=".Length..],
                _ when word.StartsWith("-p=", StringComparison.Ordinal) => word["-p=".Length..],
                _ when word.StartsWith("-p", StringComparison.Ordinal) && IsPort(word[2..]) => word[2..],
                _ => null,
            };
            if (text is null) continue;
            port = int.TryParse(text, out var number) && number is > 0 and <= 65535 ? number : null;
            return true;
        }

        port = null;
        return false;
    }

    private static bool IsPort(string word) => word.Length is > 0 and <= 5 && word.All(char.IsAsciiDigit);

    private static bool NamesHost(IReadOnlyList<string> words) => words.Any(word =>
        word is "--host" or "--hostname" or "-H" || word.StartsWith("--host=", StringComparison.Ordinal) || word.StartsWith("--hostname=", StringComparison.Ordinal));
}
