using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control;

/// <summary>Where the router really listens, told once it does; and the URLs that follow from that.</summary>
internal sealed class ListenerBook(ICertificateBook certificates)
{
    private volatile IReadOnlyList<ListenerReport> _listeners = [];

    public IReadOnlyList<ListenerReport> All
    {
        get => _listeners;
        set => _listeners = value;
    }

    /// <summary>The first listener of a protocol (<c>http</c> or <c>https</c>).</summary>
    public ListenerReport? Find(string protocol)
    {
        foreach (var listener in _listeners)
        {
            if (listener.Protocol == protocol) return listener;
        }

        return null;
    }

    /// <summary>True when the name is served over HTTPS.</summary>
    public bool IsSecure(string host, TlsMode tls) => tls != TlsMode.Off && certificates.Covers(host) && Find("https") is not null;

    /// <summary>As a browser would use it: the scheme it is served on, and the port where it is not the scheme's own.</summary>
    public string Url(RouteKey key, TlsMode tls)
    {
        var secure = IsSecure(key.Host, tls);
        var port = Find(secure ? "https" : "http")?.Port ?? (secure ? 443 : 80);
        var suffix = port == (secure ? 443 : 80) ? "" : $":{port}";
        return $"{(secure ? "https" : "http")}://{key.Host}{suffix}{(key.Path == "/" ? "" : key.Path)}";
    }
}
