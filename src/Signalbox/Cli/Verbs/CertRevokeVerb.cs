using System.CommandLine;
using Signalbox.Cli.Client;
using Signalbox.Model;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox cert revoke NAME</c>. Cannot be undone, so a person is asked first.</summary>
internal static class CertRevokeVerb
{
    public static Command Create(CliContext cli)
    {
        var name = CertVerb.Name();
        var reason = TypedOptions.Choice("--reason", "Why, as the CA publishes it [default: none told]", "keyCompromise", "superseded", "cessationOfOperation", "affiliationChanged", "unspecified");
        var yes = new Option<bool>("--yes") { Description = "Do not ask; for scripts" };
        var command = new Command("revoke", "Have a public certificate revoked by its CA, and another one ordered") { name, reason, yes, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, async client =>
        {
            var host = parse.GetValue(name)!;
            if (!parse.GetValue(yes) && await AskAsync(cli, client, host, cancellation) is { } no) return cli.Fail(no);
            var revoked = await client.RevokeCertificateAsync(host, parse.GetValue(reason), cancellation);
            if (!revoked.Succeeded) return cli.Fail(revoked.Problems);
            cli.Error.Line($"The certificate of {host} is revoked and out of use.");
            return cli.Answer(parse, revoked.Value, report => CertsVerb.Print(cli, [report]));
        }));
        return command;
    }

    /// <summary>Null when the person said yes.</summary>
    private static async Task<Items<Problem>?> AskAsync(CliContext cli, AdminClient client, string host, CancellationToken cancellation)
    {
        var shown = await client.CertificateAsync(host, cancellation);
        if (!shown.Succeeded) return shown.Problems;
        if (cli.AskAsync is not { } ask)
            return [new Problem(ProblemType.InvalidRequest, ProblemSide.Request, host, "A revocation cannot be undone, and nobody is here to be asked.", $"signalbox cert revoke {host} --yes")];
        cli.Error.Line($"The certificate of {host}, by {shown.Value.Issuer}, will be revoked. That cannot be undone. Until another one is there the name has no HTTPS,");
        cli.Error.Line("and the order for it costs as much of the CA's limits as any other.");
        var answer = await ask("Revoke it? [y/N] ", cancellation);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes" ? null
            : [new Problem(ProblemType.CommandFailed, ProblemSide.Request, host, "Nothing was revoked.")];
    }
}
