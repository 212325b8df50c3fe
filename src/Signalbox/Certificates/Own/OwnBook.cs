using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>
/// The certificates that people gave: those of files in the config, and those that were imported. A host with files in the config has these and nothing else, come
/// what may, and so has one that is here by the route of a wildcard with files alone. All others (imports, and names with a route of their own under such a wildcard)
/// give way to another book's once they have ended.
/// </summary>
internal sealed class OwnBook(TimeProvider time)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<OwnEntry> _files = [];
    private IReadOnlyList<OwnEntry> _imports = [];
    private volatile OwnTable _table = OwnTable.Empty;

    /// <summary>Told after each change, and now and then because time has passed, that <see cref="Keeps"/> may answer otherwise.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Whether a host has a route of its own, and not a wildcard's alone.</summary>
    public Func<string, bool> HasRoute { get; set; } = _ => true;

    public OwnTable Table => _table;

    public IReadOnlyList<OwnEntry> Files
    {
        get
        {
            lock (_lock) return _files;
        }
    }

    /// <summary>What is shown to a handshake for this host. No string is made, no lock taken.</summary>
    public OwnAnswer Look(string host)
    {
        var table = _table;
        if (table.IsEmpty) return default;
        var exact = table.Exact(host);
        if (exact is { Import: null }) return new OwnAnswer(true, exact.Held?.Server);
        var now = time.GetUtcNow();
        if (exact is not null && exact.IsUsable(now)) return new OwnAnswer(true, exact.Held!.Server);
        var wildcard = table.Wildcard(host);
        if (wildcard is not null && wildcard.IsUsable(now)) return new OwnAnswer(true, wildcard.Held!.Server);

        // The config says of the wildcard's route what it is to be shown with, and of this host it says nothing else.
        if (exact is null && wildcard is { Import: null } && !HasRoute(host)) return new OwnAnswer(true, wildcard.Held?.Server);
        return new OwnAnswer(false, (exact?.Held ?? wildcard?.Held)?.Server);
    }

    /// <summary>The entry that <see cref="Look"/> answers from; null when there is none.</summary>
    public OwnEntry? Find(string host)
    {
        var (table, now) = (_table, time.GetUtcNow());
        var (exact, wildcard) = (table.Exact(host), table.Wildcard(host));
        if (exact is { Import: null } || exact?.IsUsable(now) == true) return exact;
        return wildcard?.IsUsable(now) == true ? wildcard : exact ?? wildcard;
    }

    /// <summary>
    /// True while nobody else is to be asked for a certificate for this host: it has files in the config, or an own one that is not near its end yet. From then on one
    /// is ordered beforehand, so that it is there when the own one ends.
    /// </summary>
    public bool Keeps(string host)
    {
        if (_table.IsEmpty) return false;
        if (Find(host) is not { } entry) return false;
        return (entry.Import is null && entry.Name == host) || time.GetUtcNow() < entry.NearEnd;
    }

    /// <summary>The hosts with files in the config, each with what it has; replaces those before.</summary>
    public void PutFiles(IReadOnlyList<OwnEntry> entries) => Put(() => _files = entries);

    /// <summary>What was imported, the latest last; replaces what was before.</summary>
    public void PutImports(IReadOnlyList<OwnEntry> entries) => Put(() => _imports = entries);

    private void Put(Action change)
    {
        lock (_lock)
        {
            change();

            // What is in the config was meant for the name; an import may only happen to have it too.
            _table = _files.Count + _imports.Count == 0 ? OwnTable.Empty : new OwnTable([.. _imports, .. _files]);
        }

        Changed();
    }
}

/// <summary>What the own certificates say to a handshake.</summary>
/// <param name="Decides">True when no other book is to be asked.</param>
/// <param name="Certificate">What to show; when another book may be asked, only for want of anything there.</param>
internal readonly record struct OwnAnswer(bool Decides, ServerCertificate? Certificate);
