using System.Diagnostics;
using System.Runtime.CompilerServices;
using Signalbox.Model;
using Signalbox.Store.Sqlite;

namespace Signalbox.Tests.Store;

/// <summary>
/// This test program run a second time, as a process that commits one batch after the other, says each acknowledged revision on its output, and never ends
/// by itself: somebody kills it.
/// </summary>
internal static class StoreChild
{
    private const string Variable = "SIGNALBOX_TESTS_STORE_CHILD";

    public static Process Start(HomeLayout home)
    {
        // The runtime's own host, three folders above its libraries: also where it is installed apart and not on the path.
        var dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(dotnet, [typeof(StoreChild).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment[Variable] = home.Root;
        return Process.Start(start)!;
    }

    /// <summary>Runs before the test runner's entry point and takes its place when this process was started as the child.</summary>
    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } root) return;

        // While a module is being initialised, no other thread may enter its code: everything of this assembly stays on this thread.
        var opened = SqliteClaimStore.Open(new HomeLayout(root), TimeProvider.System);
        if (!opened.Succeeded || opened.Value.Notices.Count > 0) Environment.Exit(1);
        for (var revision = opened.Value.Load().Revision + 1; ; revision++)
        {
            var problem = opened.Value.CommitAsync(StorePlan.Batch(revision), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (problem is not null) Environment.Exit(2);

            // When nobody reads any more the pipe breaks, this throws, and no child outlives its test.
            Console.Out.WriteLine(revision);
            Console.Out.Flush();
        }
    }
}
