using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Certificates.Trust;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Cli.Verbs;

/// <summary>
/// <c>signalbox trust</c> and <c>untrust</c>: the local authority's root into, and out of, what this machine's programs trust. Needs no daemon.
/// </summary>
internal static class TrustVerb
{
    public static System.CommandLine.Command Create(CliContext cli)
    {
        var command = new System.CommandLine.Command("trust", "Make this machine's programs and browsers trust the local certificates") { CommonOptions.Json };
        command.SetAction(async (parse, cancellation) =>
        {
            var home = cli.Home(parse);
            if (await MakeRootAsync(cli, home) is { } problems) return cli.Fail(problems);
            return Tell(cli, parse, await Stores(cli).InstallAsync(home, cancellation));
        });
        return command;
    }

    public static System.CommandLine.Command CreateUndo(CliContext cli)
    {
        var command = new System.CommandLine.Command("untrust", "Take back exactly what `signalbox trust` did") { CommonOptions.Json };
        command.SetAction(async (parse, cancellation) => Tell(cli, parse, await Stores(cli).RemoveAsync(cli.Home(parse), cancellation)));
        return command;
    }

    /// <summary>Opens the authority as the daemon would, which makes the root where there is none. Null when it is there.</summary>
    private static async Task<Items<Problem>?> MakeRootAsync(CliContext cli, HomeLayout home)
    {
        if (Client.HomeFolder.Ensure(home) is { } unusable) return [unusable];
        var config = File.Exists(home.ConfigFile) ? ConfigFile.Read(home.ConfigFile) : SignalboxConfig.Default;
        if (!config.Succeeded) return config.Problems;
        var authority = Authority.Open(home, config.Value.BaseDomains, cli.Time, NullLogger.Instance);
        if (!authority.Succeeded) return authority.Problems;
        await authority.Value.DisposeAsync();
        return null;
    }

    private static TrustStores Stores(CliContext cli) => new(TrustPlaces.OfThisMachine(cli.Variable));

    private static int Tell(CliContext cli, ParseResult parse, IReadOnlyList<TrustStep> steps)
    {
        IReadOnlyList<Finding> findings = [.. steps.Select(step => new Finding(step.Store, Word(step.Outcome), step.Detail, step.Advice))];
        cli.Answer(parse, findings, all =>
        {
            FindingOutput.Write(cli.Out, all);
            return ExitCodes.Done;
        });

        // Skipping a browser that is not set up is fine; having reached no place at all is not what was asked for.
        var reached = steps.Any(step => step.Outcome is TrustOutcome.Done or TrustOutcome.Already);
        return reached && steps.All(step => step.Outcome != TrustOutcome.Failed) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Word(TrustOutcome outcome) => outcome switch
    {
        TrustOutcome.Done => "done",
        TrustOutcome.Already => "already",
        TrustOutcome.Skipped => "skipped",
        _ => "failed",
    };
}
