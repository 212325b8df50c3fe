using Signalbox.Model;
using Signalbox.Sources.DevServers;

namespace Signalbox.Cli.Dev;

/// <summary>What <c>signalbox dev</c> was asked for.</summary>
internal sealed record DevOptions
{
    /// <summary>Replaces repository and branch in the name.</summary>
    public string? Name { get; init; }

    /// <summary>Tells two servers of one project apart.</summary>
    public string? Label { get; init; }

    /// <summary>Whole names, instead of the one that is made.</summary>
    public Items<string> Hosts { get; init; }

    public string? Path { get; init; }

    /// <summary>As typed: a number that is no port is explained, not merely refused.</summary>
    public string? Port { get; init; }

    public string? HostHeader { get; init; }

    public bool Take { get; init; }

    public required Items<string> Command { get; init; }

    /// <summary>The port as a number: 1 to 65535, null for a free one of the daemon's choosing, or a problem.</summary>
    public Outcome<int?> PortNumber()
    {
        if (Port is null) return (int?)null;
        if (int.TryParse(Port, System.Globalization.NumberStyles.None, null, out var port) && port is >= 1 and <= 65535) return (int?)port;
        return new Problem(ProblemType.InvalidPort, ProblemSide.Request, Port, $"“{Port}” is not a port; ports are 1 to 65535.", "Leave out --port to be given a free one.");
    }

    /// <summary>The host names to serve: those given, or the one made of the project under the base domain.</summary>
    public Outcome<Items<string>> HostNames(GitProject project, string baseDomain)
    {
        if (Hosts.IsEmpty)
        {
            var host = project.Host(Name, Label, baseDomain);
            return host.Succeeded ? (Items<string>)[host.Value] : Outcome<Items<string>>.Failed(host.Problems);
        }

        if (Name is not null || Label is not null)
        {
            return new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "--host", "--host gives the whole name, so --name and --label have nothing to change in it.", "Leave out one or the other.");
        }

        var parsed = Hosts.Select(HostName.Parse).ToList();
        var problems = parsed.Where(host => !host.Succeeded).SelectMany(host => host.Problems).ToItems();
        return problems.IsEmpty ? parsed.Select(host => host.Value!).Distinct().ToItems() : Outcome<Items<string>>.Failed(problems);
    }
}
