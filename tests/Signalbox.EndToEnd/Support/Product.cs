namespace Signalbox.EndToEnd.Support;

/// <summary>The program under test, as it was built beside these tests, and the clone it was built in.</summary>
internal static class Product
{
    /// <summary><c>artifacts/bin/Signalbox.EndToEnd/release/</c> → <c>artifacts/bin/Signalbox/release/signalbox</c>.</summary>
    public static string Program { get; } = Find();

    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));

    /// <summary>A file that was copied beside the tests.</summary>
    public static string TestFile(string name) => Path.Combine(AppContext.BaseDirectory, "Support", name);

    private static string Find()
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Signalbox", configuration, "signalbox"));
        return File.Exists(program) ? program : throw new InvalidOperationException($"The program is not built: {program}");
    }
}
