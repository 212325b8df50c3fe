using System.CommandLine;
using System.CommandLine.Help;
using Signalbox.Cli.Demo;
using Signalbox.Cli.Dev;
using Signalbox.Cli.Output;
using Signalbox.Cli.Verbs;

namespace Signalbox.Cli;

/// <summary>The program's command line: the tree of verbs, and the way from words to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs the words a person typed.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        using var interrupt = new Interrupt();
        var cli = CliContext.OfThisProcess();
        try
        {
            return await RunAsync(words, cli, interrupt.Token);
        }
        catch (OutputException error)
        {
            // The other side may be fine; when it is not, nobody can be told anything.
            try
            {
                cli.Error.Line("error: " + error.Message);
            }
            catch (OutputException)
            {
            }

            return ExitCodes.Failed;
        }
    }

    public static async Task<int> RunAsync(string[] words, CliContext cli, CancellationToken cancellation)
    {
        var parse = Tree(cli).Parse(words, new ParserConfiguration
        {
            // Words of a command behind `--` may begin with an at sign (scoped packages): they are never names of files to read.
            ResponseFileTokenReplacer = null,
        });
        if (Usage.Find(parse) is { } wrong)
        {
            foreach (var line in wrong) cli.Error.Line(line);
            return ExitCodes.Usage;
        }

        try
        {
            return await parse.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Signals are ours: `up` and `dev` end in an order of their own.
                ProcessTerminationTimeout = null,
                Output = cli.Out.Writer,
                Error = cli.Error.Writer,
            }, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>All verbs. Building it makes only option objects; what a verb needs is loaded when it runs.</summary>
    public static Command Tree(CliContext cli)
    {
        var root = new Command("signalbox", "Stable, proved HTTPS names for everything that listens on this machine.")
        {
            CommonOptions.Home,
            new HelpOption { Recursive = true },
            VersionVerb.Option(cli),
            UpVerb.Create(cli),
            DownVerb.Create(cli),
            DevVerb.Create(cli),
            DemoVerb.Create(cli),
            DemoVerb.CreateClock(cli),
            DemoVerb.CreateApi(cli),
            StatusVerb.Create(cli),
            RoutesVerb.Create(cli),
            RouteVerb.Create(cli),
            WhyVerb.Create(cli),
            HistoryVerb.Create(cli),
            CertsVerb.Create(cli),
            CertVerb.Create(cli),
            CheckVerb.Create(cli),
            TrustVerb.Create(cli),
            TrustVerb.CreateUndo(cli),
            DoctorVerb.Create(cli),
            ConfigVerb.Create(cli),
            CompletionVerb.Create(cli),
        };
        return root;
    }
}
