using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>Which provider is for which names.</summary>
internal sealed class DnsProviderTable
{
    private readonly List<(DnsName Zone, IDnsProvider Provider)> _byZone;
    private readonly Dictionary<string, IDnsProvider> _byName;

    public DnsProviderTable(IEnumerable<(DnsProviderOptions Options, IDnsProvider Provider)> providers)
    {
        var all = providers.ToList();

        // The longest zone first; among equals the order of the configuration, which the sort keeps.
        _byZone = [.. all.SelectMany(entry => Zones(entry.Options).Select(zone => (zone, entry.Provider))).OrderByDescending(entry => entry.zone.Labels.Count)];
        _byName = all.ToDictionary(entry => entry.Provider.Name, entry => entry.Provider, StringComparer.Ordinal);
    }

    /// <summary>The provider with the longest zone the name lies in; null when no provider is for it.</summary>
    public IDnsProvider? For(DnsName name) => _byZone.Find(entry => name.IsWithin(entry.Zone)).Provider;

    /// <summary>The provider of a ticket; null when the configuration no longer has it.</summary>
    public IDnsProvider? Named(string name) => _byName.GetValueOrDefault(name);

    private static IEnumerable<DnsName> Zones(DnsProviderOptions options) => options.Zones.IsEmpty ? [DnsName.Root] : options.Zones;
}
