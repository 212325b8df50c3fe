using Signalbox.Model;

namespace Signalbox.Proxy.Routing;

/// <summary>The routes in force, and the wish to be told of their changes.</summary>
internal sealed class RouteTable
{
    private readonly RouteSignals _signals = new();

    public HostIndex Index { get; } = new();

    public Route? Match(string host, string path) => Index.Match(host, path);

    public void Apply(EdgeChange change)
    {
        Index.Apply(change);
        _signals.Tell(change);
    }

    /// <summary>Completes at the next change of a route of the host asked for, or of the (wildcard) host that was matched.</summary>
    public Task Changed(string host, string matched)
    {
        var name = RequestHost.Name(host).ToString();
        var own = _signals.Next(matched);
        return name.Equals(matched, StringComparison.OrdinalIgnoreCase) ? own : Task.WhenAny(own, _signals.Next(name));
    }
}
