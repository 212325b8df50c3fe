namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>A backend broke HTTP/1.1, or ended the connection where it may not. The message is for people.</summary>
internal sealed class ProtocolException(string message) : IOException(message);
