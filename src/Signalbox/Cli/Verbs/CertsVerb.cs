using System.CommandLine;
using System.Globalization;
using Signalbox.Cli.Output;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox certs</c>: each certificate, how long it is good for, and what happens next to it.</summary>
internal static class CertsVerb
{
    public static Command Create(CliContext cli)
    {
        var command = new Command("certs", "List the certificates and what happens next to each") { CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.AnswerAsync(parse, client => client.CertificatesAsync(cancellation), certificates => Print(cli, certificates)));
        return command;
    }

    public static int Print(CliContext cli, CertificateReport[] certificates)
    {
        if (certificates.Length == 0)
        {
            cli.Error.Line("No certificates yet: each is issued when its name is first asked for over HTTPS.");
            return ExitCodes.Done;
        }

        var page = new ListPage(cli.Out, "STATE", "NAME", "ISSUER", "GOOD FOR", "NEXT");
        foreach (var certificate in certificates)
        {
            page.Add(
                new Cell(certificate.State, Colour(certificate.State)),
                certificate.Name,
                certificate.Issuer,
                GoodFor(cli, certificate),
                certificate.Reason is null ? certificate.NextStep : $"{certificate.Reason} {certificate.NextStep}".TrimEnd());
        }

        page.Write();
        return ExitCodes.Done;
    }

    private static string Colour(string state) => state switch
    {
        "valid" or CertificateStates.Issued => "green",
        CertificateStates.Failed or CertificateStates.Expired or CertificateStates.Unavailable => "red",
        _ => "yellow",
    };

    private static string GoodFor(CliContext cli, CertificateReport certificate) => certificate.NotAfter switch
    {
        null => "-",
        { } end when cli.Out.IsTerminal => Span.Text(end - cli.Time.GetUtcNow()),
        { } end => end.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
