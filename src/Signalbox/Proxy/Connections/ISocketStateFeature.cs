namespace Signalbox.Proxy.Connections;

/// <summary>Found on connections whose transport can tell the kernel's view of them without showing a socket.</summary>
internal interface ISocketStateFeature
{
    /// <summary>Null when the connection is closed, or is none of TCP. From any thread.</summary>
    TcpState? ReadState();
}
