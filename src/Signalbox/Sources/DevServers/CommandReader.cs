using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>
/// Finds the dev server in a command, in front of it (<c>npx</c>, <c>cross-env A=b</c>) or behind a package manager's script, and says which
/// arguments give it our port. What is not recognised with certainty is left alone: it gets <c>PORT</c>, and where it listens is found out anyway.
/// </summary>
/// <param name="port">The port to listen on.</param>
/// <param name="host">The address to listen on.</param>
internal sealed class CommandReader(int port, string host)
{
    /// <summary>A script that calls a script that calls a script: past this it is a circle.</summary>
    private const int MaxDepth = 6;

    /// <summary>The arguments for a command typed in <paramref name="directory"/>, or null when no known dev server is in it.</summary>
    public ServerArguments? Read(IReadOnlyList<string> command, string directory) => Read(command, directory, 0);

    private ServerArguments? Read(IReadOnlyList<string> words, string directory, int depth)
    {
        words = CommandPrefix.Strip(words);
        if (words.Count == 0 || depth > MaxDepth) return null;
        var rest = words.Skip(1).ToList();
        return Path.GetFileName(words[0]) switch
        {
            "npm" => Manager(PackageManager.Npm, rest, directory, depth),
            "pnpm" => Manager(PackageManager.Pnpm, rest, directory, depth),
            "yarn" or "yarnpkg" => Manager(PackageManager.Yarn, rest, directory, depth),
            "bun" => Manager(PackageManager.Bun, rest, directory, depth),
            "npx" or "pnpx" or "bunx" => PackageManager.SkipRunnerOptions(rest) is { } inner ? Read(inner, directory, depth + 1) : null,
            _ => DevTool.Find(words[0]) is { } tool && tool.Serves(rest) ? ServerArguments.Of(tool, rest, port, host) : null,
        };
    }

    private ServerArguments? Manager(PackageManager manager, IReadOnlyList<string> words, string directory, int depth)
    {
        if (manager.Read(words, directory) is not { } call) return null;
        IReadOnlyList<string>? inner;
        if (call.Script is { } name && PackageJson.Find(call.Directory) is { } package && package.Script(name) is { } script)
        {
            // What the user passes through ends up behind the script's last command, and so do our arguments.
            inner = ShellWords.LastCommand(script) is { } last ? [.. last, .. call.Passed] : null;
            directory = package.Directory;
        }
        else
        {
            inner = call.Program is { } program ? [program, .. call.Passed] : null;
        }

        if (inner is null || Read(inner, directory, depth + 1) is not { } found) return null;
        return found.Extra.IsEmpty || !call.NeedsSeparator ? found : found with { Extra = ["--", .. found.Extra] };
    }
}
