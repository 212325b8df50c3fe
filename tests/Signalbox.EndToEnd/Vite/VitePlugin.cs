using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>The plugin as it is in this clone, built once for all tests.</summary>
internal static class VitePlugin
{
    public const string Node = "node";

    private static readonly Lazy<Task> Built = new(CompileAsync);

    public static string Folder { get; } = Path.Combine(Product.Root, "clients", "vite");

    public static Task BuildAsync() => Built.Value;

    private static async Task CompileAsync()
    {
        var compiler = Path.Combine(Folder, "node_modules", "typescript", "bin", "tsc");
        File.Exists(compiler).ShouldBeTrue($"{compiler} is missing; run: npm ci --prefix clients/vite");
        await using var process = ChildProcess.Start(Node, [compiler, "-p", "tsconfig.build.json"], Folder);
        (await process.ExitAsync()).ShouldBe(0, process.Transcript);
    }
}
