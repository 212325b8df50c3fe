using System.Text.RegularExpressions;

namespace Signalbox.Tests.Repository;

/// <summary>One source file of the product.</summary>
/// <param name="Path">Relative to <c>src/Signalbox</c>, with forward slashes.</param>
/// <param name="Text">As it is.</param>
/// <param name="Code">The same, with comments and the insides of literals blanked; lines stay where they are.</param>
internal sealed record SourceFile(string Path, string Text, string Code)
{
    /// <summary>The room's folder, or empty for a file beside the rooms.</summary>
    public string Room => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.IndexOf('/', StringComparison.Ordinal)] : "";

    public static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}

/// <summary>The product's sources, read from the clone the tests were built in.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = Read();

    private static List<SourceFile> Read()
    {
        var product = Path.Combine(Root, "src", "Signalbox");
        return [.. Directory.EnumerateFiles(product, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
        {
            var text = File.ReadAllText(file);
            return new SourceFile(Path.GetRelativePath(product, file), text, CommentOrLiteral().Replace(text, Blank));
        })];
    }

    private static string Blank(Match match) => new([.. match.Value.Select(c => c == '\n' ? c : ' ')]);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Signalbox.slnx"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"No Signalbox.slnx above {AppContext.BaseDirectory}.");
    }

    // In this order: a comment, a raw string, a verbatim string, an ordinary string, a character.
    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"{3}.*?"{3}|(?:@\$?|\$@)"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrLiteral();
}
