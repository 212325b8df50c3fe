using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// A connection's features: most are the connection itself, the few that others add stand in a short list. A general collection is a table of its own for
/// each connection, and ten thousand idle ones feel it.
/// </summary>
internal sealed class ConnectionFeatures(Func<Type, object?> own) : IFeatureCollection
{
    private readonly List<KeyValuePair<Type, object>> _added = new(4);

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get
        {
            foreach (var (type, feature) in _added)
            {
                if (type == key) return feature;
            }

            return own(key);
        }

        set
        {
            Revision++;
            var at = _added.FindIndex(added => added.Key == key);
            if (at >= 0) _added.RemoveAt(at);
            if (value is not null) _added.Add(new(key, value));
        }
    }

    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _added.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
