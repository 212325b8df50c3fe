using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>Which provider is for which names.</summary>
internal sealed class DnsProviderTable : IDisposable
{
    private readonly List<(DnsName Zone, IDnsProvider Provider)> _byZone;
    private readonly Dictionary<string, (DnsProviderOptions Options, IDnsProvider Provider)> _byName;

    public DnsProviderTable(IEnumerable<(DnsProviderOptions Options, IDnsProvider Provider)> providers)
    {
        var all = providers.ToList();

        // The longest zone first; among equals the order of the configuration, which the sort keeps.
        _byZone = [.. all.SelectMany(entry => Zones(entry.Options).Select(zone => (zone, entry.Provider))).OrderByDescending(entry => entry.zone.Labels.Count)];
        _byName = all.ToDictionary(entry => entry.Provider.Name, StringComparer.Ordinal);
    }

    /// <summary>The provider with the longest zone the name lies in; null when no provider is for it.</summary>
    public IDnsProvider? For(DnsName name) => _byZone.Find(entry => name.IsWithin(entry.Zone)).Provider;

    /// <summary>The provider of a ticket; null when the configuration no longer has it.</summary>
    public IDnsProvider? Named(string name) => _byName.GetValueOrDefault(name).Provider;

    /// <summary>How it is configured; null when the configuration no longer has it.</summary>
    public DnsProviderOptions? Options(string name) => _byName.GetValueOrDefault(name).Options;

    public bool IsEmpty => _byZone.Count == 0;

    public void Dispose()
    {
        foreach (var (_, provider) in _byName.Values) (provider as IDisposable)?.Dispose();
    }

    private static IEnumerable<DnsName> Zones(DnsProviderOptions options) => options.Zones.IsEmpty ? [DnsName.Root] : options.Zones;
}
