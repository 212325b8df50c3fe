using System.CommandLine;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox cert show|renew|revoke|import|remove</c>: one certificate.</summary>
internal static class CertVerb
{
    public static Command Create(CliContext cli) => new("cert", "Show, renew, revoke or import one certificate")
    {
        Show(cli), CertRenewVerb.Create(cli), CertRevokeVerb.Create(cli), CertImportVerb.Create(cli), CertRemoveVerb.Create(cli),
    };

    public static Argument<string> Name() => new("NAME") { Description = "The host name, such as www.example.com or *.example.com" };

    public static int Print(CliContext cli, CertificateReport report)
    {
        var code = CertsVerb.Print(cli, [report]);
        foreach (var step in report.Evidence ?? []) cli.Out.Line($"  {step.Outcome,-7} {step.Step,-6} {step.Detail}");
        return code;
    }

    private static Command Show(CliContext cli)
    {
        var name = Name();
        var command = new Command("show", "Tell all that is known of one name's certificate") { name, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.AnswerAsync(parse, client => client.CertificateAsync(parse.GetValue(name)!, cancellation), report => Print(cli, report)));
        return command;
    }
}
