using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>Which provider is for which names; replaced whole when the config changes.</summary>
internal sealed class DnsProviderTable : IDisposable
{
    private volatile Entries _entries;

    public DnsProviderTable(IEnumerable<(DnsProviderOptions Options, IDnsProvider Provider)> providers) => _entries = new Entries([.. providers], []);

    public bool IsEmpty => _entries.ByZone.Count == 0;

    /// <summary>
    /// These are asked from now on, and no others. Those before are kept for what is under way: a value that one of them put in is taken out by a provider of its name, the
    /// new one where there is one.
    /// </summary>
    public void Replace(IEnumerable<(DnsProviderOptions Options, IDnsProvider Provider)> providers) => _entries = new Entries([.. providers], _entries.All);

    /// <summary>The provider with the longest zone the name lies in; null when no provider is for it.</summary>
    public IDnsProvider? For(DnsName name) => _entries.ByZone.Find(entry => name.IsWithin(entry.Zone)).Provider;

    /// <summary>The provider of a ticket; null when the configuration no longer has it.</summary>
    public IDnsProvider? Named(string name) => _entries.ByName.GetValueOrDefault(name).Provider;

    /// <summary>How it is configured; null when the configuration no longer has it.</summary>
    public DnsProviderOptions? Options(string name) => _entries.ByName.GetValueOrDefault(name).Options;

    public void Dispose()
    {
        foreach (var (_, provider) in _entries.All) (provider as IDisposable)?.Dispose();
    }

    private static IEnumerable<DnsName> Zones(DnsProviderOptions options) => options.Zones.IsEmpty ? [DnsName.Root] : options.Zones;

    private sealed class Entries
    {
        public Entries(List<(DnsProviderOptions Options, IDnsProvider Provider)> present, List<(DnsProviderOptions Options, IDnsProvider Provider)> former)
        {
            // The longest zone first; among equals the order of the configuration, which the sort keeps.
            ByZone = [.. present.SelectMany(entry => Zones(entry.Options).Select(zone => (zone, entry.Provider))).OrderByDescending(entry => entry.zone.Labels.Count)];
            All = [.. present, .. former];
            ByName = All.GroupBy(entry => entry.Provider.Name).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        }

        public List<(DnsName Zone, IDnsProvider Provider)> ByZone { get; }

        public Dictionary<string, (DnsProviderOptions Options, IDnsProvider Provider)> ByName { get; }

        public List<(DnsProviderOptions Options, IDnsProvider Provider)> All { get; }
    }
}
