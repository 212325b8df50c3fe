using Signalbox.Certificates.Issuing;
using Signalbox.Control;
using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Host;

/// <summary>Tells the certificate manager which host names are routed with TLS and have no certificate of their own, as either changes.</summary>
internal sealed class WantedNames(CertificateManager manager, Func<string, bool> isElsewhere, Func<string, bool> isOwn) : IEdgeObserver
{
    /// <summary>Routes change by the one writer, own certificates by whoever gives them.</summary>
    private readonly Lock _lock = new();

    /// <summary>A host may have several routes, one a path: it is wanted while one of them is there.</summary>
    private readonly HashSet<RouteKey> _routes = [];
    private readonly Dictionary<string, int> _hosts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);

    public void Applied(ClaimBook before, ClaimBook after, EdgeChange change)
    {
        lock (_lock)
        {
            foreach (var key in change.Removed) Remove(key);

            // Names under the local domains are most of what a developer has, and none of the manager's business. Of the others, those that stand longest come first: at a
            // start with many, each waits for those before it.
            foreach (var route in change.Set.Where(route => !isElsewhere(route.Key.Host)).OrderBy(route => route.Since))
            {
                if (route.Tls == TlsMode.Auto) Add(route.Key);
                else Remove(route.Key);
            }
        }
    }

    /// <summary>Own certificates have changed, or their time has.</summary>
    public void Reconsider()
    {
        lock (_lock)
        {
            foreach (var host in _hosts.Keys) Tell(host);
        }
    }

    private void Add(RouteKey key)
    {
        if (!_routes.Add(key)) return;
        _hosts[key.Host] = _hosts.GetValueOrDefault(key.Host) + 1;
        Tell(key.Host);
    }

    private void Remove(RouteKey key)
    {
        if (!_routes.Remove(key) || --_hosts[key.Host] > 0) return;
        _hosts.Remove(key.Host);
        Tell(key.Host);
    }

    private void Tell(string host)
    {
        if (_hosts.ContainsKey(host) && !isOwn(host))
        {
            if (_wanted.Add(host)) manager.Want(host);
        }
        else if (_wanted.Remove(host))
        {
            manager.Unwant(host);
        }
    }
}
