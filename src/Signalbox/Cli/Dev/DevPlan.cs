using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Sources.DevServers;

namespace Signalbox.Cli.Dev;

/// <summary>What the options and the project come to, found valid before anything is started.</summary>
/// <param name="Request">The lease to ask for, still without backends.</param>
/// <param name="Port">The port asked for; null for any.</param>
internal sealed record DevPlan(ClaimRequest Request, int? Port)
{
    /// <summary>Enough of a command to recognise it in a list; the rest may be long, and hold what is nobody's business.</summary>
    private const int LabelLength = 120;

    /// <summary>Where no daemon has told another one.</summary>
    private const string DefaultBase = "localhost";

    /// <summary>The plan, or every problem there is.</summary>
    public static Outcome<DevPlan> Make(DevOptions options, string directory, string baseDomain = DefaultBase)
    {
        var project = GitProject.Find(directory);
        var hosts = options.HostNames(project, baseDomain);
        var port = options.PortNumber();
        var command = string.Join(' ', options.Command);
        var request = new ClaimRequest
        {
            Hosts = hosts.Succeeded ? [.. hosts.Value] : [],
            Path = options.Path,
            HostHeader = options.HostHeader,
            Project = project.Root,
            Holder = Guid.NewGuid().ToString(),
            Label = command.Length <= LabelLength ? command : command[..LabelLength] + "…",
            Take = options.Take,
        };
        var valid = hosts.Succeeded ? request.Validate(ClaimLife.Lease) : Outcome<Claim>.Failed(hosts.Problems);
        Items<Problem> problems = [.. valid.Problems, .. port.Problems];
        return problems.IsEmpty ? new DevPlan(request, port.Value) : Outcome<DevPlan>.Failed(problems);
    }
}
