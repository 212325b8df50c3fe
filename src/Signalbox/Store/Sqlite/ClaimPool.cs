using Signalbox.Model;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// Gives equal parts of many claims as one object while a store is read. 100,000 claims name a handful of sources, labels and projects and often share
/// backends; without this each would hold its own copy for as long as the daemon runs.
/// </summary>
internal sealed class ClaimPool
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<Backend, Backend> _backends = [];

    public string? Text(string? text)
    {
        if (text is null) return null;
        if (_texts.TryGetValue(text, out var known)) return known;
        _texts.Add(text, text);
        return text;
    }

    public Backend Backend(StoredBackend stored)
    {
        var backend = new Backend(stored.Scheme, stored.Host, stored.Port);
        if (_backends.TryGetValue(backend, out var known)) return known;
        _backends.Add(backend, backend);
        return backend;
    }
}
