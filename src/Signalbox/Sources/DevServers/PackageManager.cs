namespace Signalbox.Sources.DevServers;

/// <summary>What a package manager is asked to run.</summary>
/// <param name="Directory">Where it looks for package.json.</param>
/// <param name="Script">The script's name; null when it can only be a program.</param>
/// <param name="Program">The installed program it would run when there is no such script; null when it would run none.</param>
/// <param name="Passed">The words that reach the script or program.</param>
/// <param name="NeedsSeparator">True when further words need a <c>--</c> in front to get there.</param>
internal sealed record PackageCall(string Directory, string? Script, string? Program, IReadOnlyList<string> Passed, bool NeedsSeparator);

/// <summary>
/// How npm, pnpm, yarn and bun are called. npm keeps every option for itself up to a <c>--</c>; the others hand on whatever follows
/// the script's name, and hand on a <c>--</c> too. Workspace filters may run several packages at once and are left alone.
/// </summary>
internal sealed class PackageManager
{
    public static PackageManager Npm { get; } = new() { Separator = true, Directories = ["--prefix", "-C"] };

    public static PackageManager Pnpm { get; } = new() { Directories = ["--dir", "-C"] };

    public static PackageManager Yarn { get; } = new() { Directories = ["--cwd"] };

    public static PackageManager Bun { get; } = new() { Directories = ["--cwd"] };

    private static readonly string[] Several = ["-w", "--workspace", "-ws", "--workspaces", "--filter", "-F", "-r", "--recursive", "--elide-lines"];

    /// <summary>npx options whose value is the next word.</summary>
    private static readonly HashSet<string> RunnerValues = ["-p", "--package"];

    private bool Separator { get; init; }

    private string[] Directories { get; init; } = [];

    /// <summary>Understands the words behind the manager's name; null when they run nothing we know.</summary>
    public PackageCall? Read(IReadOnlyList<string> words, string directory)
    {
        var options = new List<string>();
        var at = 0;
        string? Next()
        {
            for (; at < words.Count && words[at] != "--" && words[at].StartsWith('-'); at++)
            {
                options.Add(words[at]);
                if (Directories.Contains(words[at]) && at + 1 < words.Count) directory = Path.GetFullPath(words[++at], directory);
                else if (Directories.FirstOrDefault(name => words[at].StartsWith(name + "=", StringComparison.Ordinal)) is { } name) directory = Path.GetFullPath(words[at][(name.Length + 1)..], directory);
            }

            return at < words.Count && words[at] != "--" ? words[at++] : null;
        }

        var verb = Next();
        if (verb is null) return null;
        string? script = null, program = null;
        if (verb is "exec" or "dlx" or "x")
        {
            program = Next();
            // npm exec -- vite
            if (program is null && at + 1 < words.Count && words[at] == "--")
            {
                return Runs(options) ? new PackageCall(directory, null, words[at + 1], [.. words.Skip(at + 2)], false) : null;
            }
        }
        else if (verb is "run" or "run-script" or "rum" or "urn")
        {
            script = Next();
            // yarn run vite and bun run vite start an installed program too; npm run does not.
            program = Separator ? null : script;
        }
        else if (Separator)
        {
            script = verb is "start" ? "start" : null;
        }
        else
        {
            script = program = verb;
        }

        if (script is null && program is null) return null;
        if (!Separator) return Runs(options) ? new PackageCall(directory, script, program, [.. words.Skip(at)], false) : null;

        // npm's own options may also stand behind the script's name.
        while (Next() is not null)
        {
        }

        var passed = at < words.Count ? words.Skip(at + 1).ToList() : [];
        return Runs(options) ? new PackageCall(directory, script, program, passed, at >= words.Count) : null;
    }

    private static bool Runs(List<string> options) =>
        !options.Any(option => Array.Exists(Several, name => option == name || option.StartsWith(name + "=", StringComparison.Ordinal)));

    /// <summary>The command behind npx's own options; null when it is a shell's (<c>-c</c>).</summary>
    public static IReadOnlyList<string>? SkipRunnerOptions(IReadOnlyList<string> words)
    {
        var at = 0;
        while (at < words.Count && words[at].StartsWith('-'))
        {
            if (words[at] is "-c" or "--call") return null;
            if (words[at] == "--")
            {
                at++;
                break;
            }

            at += RunnerValues.Contains(words[at]) ? 2 : 1;
        }

        return [.. words.Skip(at)];
    }
}
