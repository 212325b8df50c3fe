using System.CommandLine;
using Signalbox.Certificates.Trust;
using Signalbox.Cli.Client;
using Signalbox.Cli.Doctor;
using Signalbox.Cli.Output;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox doctor</c>: looks at everything that commonly stands in the way and tells the way out. 1 when something fails; warnings are no failure.</summary>
internal static class DoctorVerb
{
    public static System.CommandLine.Command Create(CliContext cli)
    {
        var command = new System.CommandLine.Command("doctor", "Look for what stands in the way, and tell the way out") { CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, async client =>
        {
            var findings = await LookAsync(cli, parse, client, cancellation);
            cli.Answer(parse, findings, all =>
            {
                FindingOutput.Write(cli.Out, all);
                return ExitCodes.Done;
            });
            return findings.Any(finding => finding.Outcome == "fail") ? ExitCodes.Failed : ExitCodes.Done;
        }));
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(CliContext cli, ParseResult parse, AdminClient client, CancellationToken cancellation)
    {
        var places = TrustPlaces.OfThisMachine(cli.Variable);
        var scene = new DoctorScene(cli.Home(parse), await client.StatusAsync(cancellation), places, cli.Time);
        return
        [
            HomeCheck.Look(scene.Home),
            .. ConfigCheck.Look(scene.Home),
            .. DaemonCheck.Look(scene),
            .. PortCheck.Look(scene, 80, 443),
            await NameCheck.LookAsync(places, cancellation),
            .. TrustCheck.Look(scene),
            ToolCheck.Look(places),
        ];
    }
}
