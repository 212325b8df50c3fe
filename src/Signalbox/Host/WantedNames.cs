using Signalbox.Certificates.Issuing;
using Signalbox.Control;
using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Host;

/// <summary>Tells the certificate manager which host names are routed with TLS, as routes come and go.</summary>
internal sealed class WantedNames(CertificateManager manager, Func<string, bool> isElsewhere) : IEdgeObserver
{
    /// <summary>A host may have several routes, one a path: it is wanted while one of them is there. Touched by the writer alone.</summary>
    private readonly HashSet<RouteKey> _routes = [];
    private readonly Dictionary<string, int> _hosts = new(StringComparer.Ordinal);

    public void Applied(ClaimBook before, ClaimBook after, EdgeChange change)
    {
        foreach (var key in change.Removed) Remove(key);
        foreach (var route in change.Set)
        {
            // Names under the local domains are most of what a developer has, and none of the manager's business.
            if (isElsewhere(route.Key.Host)) continue;
            if (route.Tls == TlsMode.Auto) Add(route.Key);
            else Remove(route.Key);
        }
    }

    private void Add(RouteKey key)
    {
        if (!_routes.Add(key)) return;
        var count = _hosts[key.Host] = _hosts.GetValueOrDefault(key.Host) + 1;
        if (count == 1) manager.Want(key.Host);
    }

    private void Remove(RouteKey key)
    {
        if (!_routes.Remove(key) || --_hosts[key.Host] > 0) return;
        _hosts.Remove(key.Host);
        manager.Unwant(key.Host);
    }
}
