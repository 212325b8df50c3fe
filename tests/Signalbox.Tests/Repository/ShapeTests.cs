namespace Signalbox.Tests.Repository;

/// <summary>Files and folders stay of a size that one person can hold in mind.</summary>
public sealed class ShapeTests
{
    private const int MostLines = 400;
    private const int MostFiles = 25;
    private static readonly string[] Folders = ["src", "tests", "benchmarks"];

    [Fact]
    public void Files_Length_StaysWithinTheLimit() =>
        CSharpFiles().Select(file => (file, lines: File.ReadLines(file).Count())).Where(entry => entry.lines > MostLines)
            .Select(entry => $"{Path.GetRelativePath(SourceTree.Root, entry.file)}: {entry.lines} lines").ShouldBeEmpty();

    [Fact]
    public void Folders_Files_StayWithinTheLimit() =>
        CSharpFiles().GroupBy(file => Path.GetDirectoryName(file)!).Where(folder => folder.Count() > MostFiles)
            .Select(folder => $"{Path.GetRelativePath(SourceTree.Root, folder.Key)}: {folder.Count()} files").ShouldBeEmpty();

    private static IEnumerable<string> CSharpFiles() =>
        Folders.Select(folder => Path.Combine(SourceTree.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories));
}
