using System.CommandLine;
using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox cert renew NAME</c>: has a new public certificate made now, and tells what is going on meanwhile on the error side.</summary>
internal static class CertRenewVerb
{
    /// <summary>Between two looks at what a renewal is doing: quick enough for a person who watches.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static Command Create(CliContext cli)
    {
        var name = CertVerb.Name();
        var command = new Command("renew", "Have a new public certificate made now") { name, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, async client =>
        {
            var renewed = await RenewAsync(cli, client, parse.GetValue(name)!, cancellation);
            if (!renewed.Succeeded) return cli.Fail(renewed.Problems);
            var code = cli.Answer(parse, renewed.Value, report => CertVerb.Print(cli, report));

            // A name keeps its certificate when the renewal fails, and says so in its reason.
            return renewed.Value is { State: CertificateStates.Issued, Reason: null } ? code : ExitCodes.Failed;
        }));
        return command;
    }

    private static async Task<Outcome<CertificateReport>> RenewAsync(CliContext cli, AdminClient client, string name, CancellationToken cancellation)
    {
        var progress = new ProgressLine(cli.Error, cli.Time);
        var renewing = client.RenewCertificateAsync(name, cancellation);
        try
        {
            while (true)
            {
                await Task.WhenAny(renewing, Task.Delay(Look, cli.Time, cancellation));
                cancellation.ThrowIfCancellationRequested();
                if (renewing.IsCompleted) return await renewing;
                if (await client.CertificateAsync(name, cancellation) is { Succeeded: true, Value: { } report } && !renewing.IsCompleted) progress.Tell(report.State, report.NextStep);
            }
        }
        finally
        {
            progress.End();
        }
    }
}
