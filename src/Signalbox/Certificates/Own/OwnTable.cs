using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>All names that have a certificate of their own. Never changed once it is made: a handshake reads it without a lock, and makes no string.</summary>
internal sealed class OwnTable
{
    private readonly Dictionary<string, OwnEntry> _exact = new(StringComparer.Ordinal);

    /// <summary>Wildcards by what stands behind their asterisk and dot.</summary>
    private readonly Dictionary<string, OwnEntry> _wildcards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OwnEntry>.AlternateLookup<ReadOnlySpan<char>> _byParent;

    /// <param name="entries">Of several for one name the last counts.</param>
    public OwnTable(IEnumerable<OwnEntry> entries)
    {
        foreach (var entry in entries)
        {
            _exact[entry.Name] = entry;
            if (entry.Name.StartsWith("*.", StringComparison.Ordinal)) _wildcards[entry.Name[2..]] = entry;
        }

        _byParent = _wildcards.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static OwnTable Empty { get; } = new([]);

    public bool IsEmpty => _exact.Count == 0;

    /// <summary>By name.</summary>
    public IReadOnlyList<OwnEntry> All => [.. _exact.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>The name's own, a wildcard's under its own name too.</summary>
    public OwnEntry? Exact(string host) => _exact.GetValueOrDefault(host);

    /// <summary>The wildcard that stands for exactly the first label of this host, never for more (RFC 9525 6.3).</summary>
    public OwnEntry? Wildcard(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _byParent.TryGetValue(host.AsSpan(dot + 1), out var entry) ? entry : null;
    }
}
