namespace Signalbox.Proxy;

/// <summary>Who speaks to backends over HTTP/1.1 in clear. What may be HTTP/2 goes through the framework's client in any case.</summary>
internal enum ForwarderKind
{
    /// <summary>Our own HTTP/1.1 client, which carries both directions independently of each other.</summary>
    Lane,

    /// <summary>The framework's <see cref="System.Net.Http.SocketsHttpHandler"/>: the reference that the lane is compared with.</summary>
    General,
}
