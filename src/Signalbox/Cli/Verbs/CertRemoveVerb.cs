using System.CommandLine;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox cert remove NAME</c>: takes an imported certificate away again.</summary>
internal static class CertRemoveVerb
{
    public static Command Create(CliContext cli)
    {
        var name = CertVerb.Name();
        var command = new Command("remove", "Take an imported certificate away again, for all of its names") { name };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, async client =>
        {
            if (await client.RemoveCertificateAsync(parse.GetValue(name)!, cancellation) is { } problem) return cli.Fail(problem);
            cli.Out.Line($"removed the imported certificate for {parse.GetValue(name)}");
            return ExitCodes.Done;
        }));
        return command;
    }
}
