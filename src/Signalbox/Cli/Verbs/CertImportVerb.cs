using System.CommandLine;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary>
/// <c>signalbox cert import CERT [KEY]</c>: a copy of a certificate into the home. The files are read here and not by the daemon, which may be another user's and need
/// not be able to read them.
/// </summary>
internal static class CertImportVerb
{
    /// <summary>Bytes of one file: chains have a few KiB, and the daemon takes 256 KiB in all.</summary>
    private const int MaxLength = 100 * 1024;

    public static Command Create(CliContext cli)
    {
        var certificate = new Argument<string>("CERT") { Description = "A PEM file: the certificate, then its chain", HelpName = "FILE" };
        var key = new Argument<string?>("KEY") { Description = "A PEM file with its private key [default: it is in CERT]", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        var names = new Option<string[]>("--name") { Description = "Only for this name of the certificate; may be given again [default: all its names]", HelpName = "HOST" };
        var command = new Command("import", "Keep and use a certificate of your own") { certificate, key, names, CommonOptions.Json };
        command.SetAction((parse, cancellation) =>
        {
            var (certificatePath, keyPath) = (parse.GetValue(certificate)!, parse.GetValue(key));
            var first = Read(certificatePath);
            if (!first.Succeeded) return Task.FromResult(cli.Fail(first.Problems));
            var second = keyPath is null ? first : Read(keyPath);
            if (!second.Succeeded) return Task.FromResult(cli.Fail(second.Problems));
            var import = new CertificateImport { Certificate = first.Value, Key = keyPath is null ? null : second.Value, Names = parse.GetValue(names) ?? [] };
            return cli.WithClientAsync(parse, async client =>
            {
                var imported = await client.ImportCertificateAsync(import, cancellation);
                if (imported.Succeeded) return cli.Answer(parse, imported.Value, reports => CertsVerb.Print(cli, reports));

                // The daemon knows only what it was sent; the person knows files.
                return cli.Fail(imported.Problems.Select(problem => problem.Subject switch
                {
                    "certificate" => problem with { Subject = certificatePath },
                    "key" => problem with { Subject = keyPath ?? certificatePath },
                    _ => problem,
                }).ToItems());
            });
        });
        return command;
    }

    private static Outcome<string> Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxLength) return Unreadable(path, $"it has {stream.Length} bytes and {MaxLength} is the most");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, error.Message.TrimEnd('.'));
        }
    }

    private static Problem Unreadable(string path, string reason) => new(ProblemType.CertificateUnavailable, ProblemSide.Request, path, $"The file cannot be read: {reason}.", "Check the path, and your right to read it.");
}
