using System.Globalization;
using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>What a command learns of its port and name: through its environment, and through placeholders in its arguments.</summary>
/// <param name="Port">The port to listen on.</param>
/// <param name="Host">The address to listen on.</param>
/// <param name="Url">The name's URL as a browser uses it.</param>
internal sealed record CommandEnvironment(int Port, string Host, string Url)
{
    /// <summary>Vite refuses requests for host names it does not know; this adds one to those of its configuration.</summary>
    private const string ViteHosts = "__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS";

    /// <summary>True when the user says with a placeholder where the port goes.</summary>
    public static bool HasPortPlaceholder(IEnumerable<string> arguments) => arguments.Any(argument => argument.Contains("{port}", StringComparison.Ordinal));

    /// <summary>The argument with <c>{port}</c>, <c>{host}</c> and <c>{url}</c> replaced.</summary>
    public string Fill(string argument) => argument
        .Replace("{port}", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{host}", Host, StringComparison.Ordinal)
        .Replace("{url}", Url, StringComparison.Ordinal);

    /// <summary>The variables to set; those not named keep what the user has.</summary>
    /// <param name="hosts">The names it is served under.</param>
    /// <param name="certificates">A file of root certificates, or null.</param>
    /// <param name="variable">Looks up the user's own environment.</param>
    public IReadOnlyDictionary<string, string> Variables(IReadOnlyList<string> hosts, string? certificates, Func<string, string?> variable)
    {
        var set = new Dictionary<string, string>
        {
            ["PORT"] = Port.ToString(CultureInfo.InvariantCulture),
            ["HOST"] = Host,
            ["SIGNALBOX_URL"] = Url,
        };
        if (certificates is not null) set["NODE_EXTRA_CA_CERTS"] = certificates;
        if (AllowedHost(hosts) is { } allowed && string.IsNullOrEmpty(variable(ViteHosts))) set[ViteHosts] = allowed;
        return set;
    }

    /// <summary>
    /// The one entry Vite takes: a host, or <c>.suffix</c> for a suffix and all names under it. Names under localhost need none.
    /// Several names are covered by their common suffix, as long as that is more than a top-level domain.
    /// </summary>
    public static string? AllowedHost(IReadOnlyList<string> hosts)
    {
        var foreign = hosts.Where(host => !HostName.IsWithin(host, "localhost")).ToList();
        if (foreign.Count == 0) return null;
        if (foreign.Count == 1 && !foreign[0].StartsWith("*.", StringComparison.Ordinal)) return foreign[0];
        var common = foreign.Select(host => host.Split('.').Reverse()).Aggregate((left, right) => left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First));
        var labels = common.Where(label => label != "*").Reverse().ToList();
        return labels.Count >= 2 ? "." + string.Join('.', labels) : foreign[0].TrimStart('*');
    }
}
