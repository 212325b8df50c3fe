using System.Collections;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// A connection's features: most are the connection itself, the few that others add stand in a short list. A general collection is a table of its own for
/// each connection, and ten thousand idle ones feel it.
/// </summary>
internal sealed class ConnectionFeatures(LoopConnection connection) : IFeatureCollection
{
    private readonly List<KeyValuePair<Type, object>> _added = new(4);

    /// <summary>Asked for by every request, so it does not stand in the list.</summary>
    private object? _guard;

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get
        {
            if (key == typeof(IGuardFeature)) return _guard;
            if (key == typeof(ILoopFeature)) return connection.Own(key);
            foreach (var (type, feature) in _added)
            {
                if (type == key) return feature;
            }

            return connection.Own(key);
        }

        set
        {
            Revision++;
            if (key == typeof(IGuardFeature))
            {
                _guard = value;
                return;
            }

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
