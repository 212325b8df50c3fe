namespace Signalbox.Sources.DevServers;

/// <summary>Takes off what stands in front of a command and hands the rest on unchanged: assignments, <c>cross-env</c>, <c>env</c>, <c>node</c>, <c>dotenv --</c>.</summary>
internal static class CommandPrefix
{
    /// <summary>Node options that take their value as the next word.</summary>
    private static readonly HashSet<string> NodeValues = ["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"];

    public static IReadOnlyList<string> Strip(IReadOnlyList<string> words)
    {
        while (words.Count > 0)
        {
            var next = StripOne(words);
            if (next == 0) break;
            words = [.. words.Skip(next)];
        }

        return words;
    }

    /// <summary>How many words of the front carry a command behind them; 0 when the first is the command itself.</summary>
    private static int StripOne(IReadOnlyList<string> words)
    {
        if (ShellWords.IsAssignment(words[0])) return 1;
        switch (Path.GetFileName(words[0]))
        {
            case "cross-env" or "env" or "exec" or "command" or "nohup" or "time" when words.Count > 1 && !words[1].StartsWith('-'):
                return 1;
            case "dotenv" or "dotenvx" or "doppler" or "op" or "infisical":
                var separator = words.ToList().IndexOf("--");
                return separator > 0 ? separator + 1 : 0;
            case "node" or "nodejs":
                var at = 1;
                while (at < words.Count && words[at].StartsWith('-')) at += NodeValues.Contains(words[at]) ? 2 : 1;
                // Any other file is the user's own server, whatever it is called.
                return at < words.Count && words[at].Contains("node_modules", StringComparison.Ordinal) ? at : 0;
            default:
                return 0;
        }
    }
}
