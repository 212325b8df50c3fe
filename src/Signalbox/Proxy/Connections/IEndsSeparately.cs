namespace Signalbox.Proxy.Connections;

/// <summary>
/// Found on a connection's <c>Transport</c> whose two directions end by themselves: completing its output sends what is left and then the end (FIN), and
/// what the peer still sends goes on coming in. Without it, completing the output ends the connection.
/// </summary>
internal interface IEndsSeparately;
