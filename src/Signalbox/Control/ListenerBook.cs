using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control;

/// <summary>Where the router listens and where it waits to, told at each change; and the URLs that follow from that.</summary>
internal sealed class ListenerBook(ICertificateBook certificates)
{
    private volatile IReadOnlyList<ListenerReport> _listeners = [];
    private volatile IReadOnlyList<ListenerReport> _waiting = [];

    public IReadOnlyList<ListenerReport> All
    {
        get => _listeners;
        set => _listeners = value;
    }

    /// <summary>What is to be listened on and is not, each with its problem.</summary>
    public IReadOnlyList<ListenerReport> Waiting
    {
        get => _waiting;
        set => _waiting = value;
    }

    /// <summary>The first listener of a protocol (<c>http</c> or <c>https</c>).</summary>
    public ListenerReport? Find(string protocol) => Find(_listeners, protocol);

    /// <summary>True when the name is served over HTTPS, now or once that can be listened on: a name's URL does not change with who holds a port.</summary>
    public bool IsSecure(string host, TlsMode tls) => tls != TlsMode.Off && certificates.Covers(host) && Wanted("https") is not null;

    /// <summary>
    /// Why whoever asks for the name's URL does not come in here: nobody listens, or on one of the addresses another program does, and he may be its guest. Null when he
    /// comes in.
    /// </summary>
    public Problem? Closed(string host, TlsMode tls)
    {
        // Asked for each route whenever states are counted: mostly there is nothing to look for.
        if (_waiting.Count == 0) return null;
        return Closed(IsSecure(host, tls) ? "https" : "http");
    }

    /// <inheritdoc cref="Closed(string, TlsMode)"/>
    /// <param name="protocol"><c>http</c> or <c>https</c>.</param>
    public Problem? Closed(string protocol)
    {
        foreach (var waiting in _waiting)
        {
            if (waiting.Protocol == protocol && (waiting.Problem?.Type == ProblemType.PortInUse || Find(protocol) is null)) return waiting.Problem;
        }

        return null;
    }

    /// <summary>Before anything is known of listeners.</summary>
    public static Problem NotYet { get; } = new(ProblemType.CertificateUnavailable, ProblemSide.Daemon, "listeners", "The listeners are not up yet.", Retry: true);

    /// <summary>The same, also where nobody even waits for a port.</summary>
    public Problem? Obstacle(string protocol) => Closed(protocol) ?? (Find(protocol) is not null ? null
        : new Problem(ProblemType.CertificateUnavailable, ProblemSide.System, protocol, $"There is no {protocol} listener at present.", "`signalbox status` lists the listeners.", Retry: true));

    /// <summary>As a browser would use it: the scheme it is served on, and the port where it is not the scheme's own.</summary>
    public string Url(RouteKey key, TlsMode tls)
    {
        var secure = IsSecure(key.Host, tls);
        var port = Wanted(secure ? "https" : "http")?.Port ?? (secure ? 443 : 80);
        var suffix = port == (secure ? 443 : 80) ? "" : $":{port}";
        return $"{(secure ? "https" : "http")}://{key.Host}{suffix}{(key.Path == "/" ? "" : key.Path)}";
    }

    private ListenerReport? Wanted(string protocol) => Find(protocol) ?? Find(_waiting, protocol);

    private static ListenerReport? Find(IReadOnlyList<ListenerReport> listeners, string protocol)
    {
        foreach (var listener in listeners)
        {
            if (listener.Protocol == protocol) return listener;
        }

        return null;
    }
}
