using Signalbox.Model;

namespace Signalbox.Cli.Dev;

/// <summary>
/// Looks up a command as execvp(3) and shells do: a word with a slash is a path, any other is searched in PATH and nowhere else.
/// (The framework's own search looks beside this program and in the current directory first.)
/// </summary>
/// <param name="Path">The file, when it can be run; else null.</param>
/// <param name="ExitCode">127 when there is no such file, 126 when it cannot be run (POSIX XCU 2.8.2).</param>
/// <param name="Problem">Why it cannot be run.</param>
internal sealed record CommandFile(string? Path, int ExitCode, Problem? Problem)
{
    public const int NotFound = 127;

    public const int NotExecutable = 126;

    public static CommandFile Find(string word, string directory, string? searchPath)
    {
        if (word.Contains('/')) return Check(System.IO.Path.GetFullPath(word, directory), word);
        CommandFile? denied = null;
        foreach (var folder in (searchPath ?? "").Split(':'))
        {
            if (word.Length == 0) break;
            // An empty entry means the current directory (POSIX XBD 8.3).
            var found = Check(System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.Length == 0 ? "." : folder, word), directory), word);
            if (found.Path is not null) return found;
            if (found.ExitCode == NotExecutable) denied ??= found;
        }

        return denied ?? new CommandFile(null, NotFound, Failed(word, "There is no such command in PATH.", "Check its spelling, or whether its package is installed; a command of the project itself needs npx or a path."));
    }

    public static Problem Failed(string subject, string text, string advice) => new(ProblemType.CommandFailed, ProblemSide.Request, subject, text, advice);

    private static CommandFile Check(string path, string word)
    {
        if (Directory.Exists(path)) return new CommandFile(null, NotExecutable, Failed(word, $"{path} is a directory.", "Give a program's path."));
        if (!File.Exists(path)) return new CommandFile(null, NotFound, Failed(word, $"There is no file {path}.", "Check its spelling."));
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0
            ? new CommandFile(path, 0, null)
            : new CommandFile(null, NotExecutable, Failed(word, $"The file {path} is not executable.", $"Run `chmod +x {path}`, or put its interpreter in front of it."));
    }
}
