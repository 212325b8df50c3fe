using System.CommandLine;
using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox cert show|renew|import|remove</c>: one certificate.</summary>
internal static class CertVerb
{
    /// <summary>Between two looks at what a renewal is doing: quick enough for a person who watches.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create(CliContext cli) => new("cert", "Show, renew or import one certificate") { Show(cli), Renew(cli), CertImportVerb.Create(cli), CertRemoveVerb.Create(cli) };

    private static Command Show(CliContext cli)
    {
        var name = Name();
        var command = new Command("show", "Tell all that is known of one name's certificate") { name, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.AnswerAsync(parse, client => client.CertificateAsync(parse.GetValue(name)!, cancellation), report => Print(cli, report)));
        return command;
    }

    private static Command Renew(CliContext cli)
    {
        var name = Name();
        var command = new Command("renew", "Have a new public certificate made now") { name, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, async client =>
        {
            var renewed = await RenewAsync(cli, client, parse.GetValue(name)!, cancellation);
            if (!renewed.Succeeded) return cli.Fail(renewed.Problems);
            var code = cli.Answer(parse, renewed.Value, report => Print(cli, report));

            // A name keeps its certificate when the renewal fails, and says so in its reason.
            return renewed.Value is { State: CertificateStates.Issued, Reason: null } ? code : ExitCodes.Failed;
        }));
        return command;
    }

    public static Argument<string> Name() => new("NAME") { Description = "The host name, such as www.example.com or *.example.com" };

    /// <summary>Tells each new state on the error side while the try is under way.</summary>
    private static async Task<Model.Outcome<CertificateReport>> RenewAsync(CliContext cli, AdminClient client, string name, CancellationToken cancellation)
    {
        var renewing = client.RenewCertificateAsync(name, cancellation);
        for (var last = ""; !renewing.IsCompleted;)
        {
            await Task.WhenAny(renewing, Task.Delay(Look, cli.Time, cancellation));
            if (renewing.IsCompleted || await client.CertificateAsync(name, cancellation) is not { Succeeded: true, Value: { } report } || report.State == last) continue;
            last = report.State;
            cli.Error.Line($"{report.State}: {report.NextStep}");
        }

        return await renewing;
    }

    private static int Print(CliContext cli, CertificateReport report)
    {
        var code = CertsVerb.Print(cli, [report]);
        foreach (var step in report.Evidence ?? []) cli.Out.Line($"  {step.Outcome,-7} {step.Step,-6} {step.Detail}");
        return code;
    }
}
