namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Found on connections of the epoll transport: the loop that a connection lives on, so that what serves it can live there too.</summary>
internal interface ILoopFeature
{
    EventLoop Loop { get; }
}
