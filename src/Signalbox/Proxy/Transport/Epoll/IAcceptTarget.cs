using System.Net;
using System.Net.Sockets;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>What acceptors hand their connections to. Called on their loops.</summary>
internal interface IAcceptTarget
{
    /// <param name="loop">Where it came in.</param>
    /// <param name="descriptor">Not blocking; the target's from now on.</param>
    /// <param name="remote">Null for unix sockets.</param>
    void Accepted(EventLoop loop, int descriptor, IPEndPoint? remote);

    /// <summary>There is no descriptor or memory for another connection; it goes on later.</summary>
    void Paused(LoopAcceptor acceptor, SocketError error);

    /// <summary>Connections are taken again.</summary>
    void Resumed(LoopAcceptor acceptor);
}
