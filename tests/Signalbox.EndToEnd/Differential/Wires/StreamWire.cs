using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>HTTP/1.1 as it stands, on a connection in clear or over TLS.</summary>
internal sealed class StreamWire(Socket socket, Stream stream) : IWire
{
    public bool HasStreams => false;

    public static StreamWire InClear(Socket socket)
    {
        socket.NoDelay = true;
        return new StreamWire(socket, new NetworkStream(socket, ownsSocket: false));
    }

    /// <param name="port">On loopback.</param>
    /// <param name="host">Asked for in the handshake.</param>
    /// <param name="protocol">Offered by ALPN (RFC 7301); null offers none.</param>
    public static async Task<(Socket Socket, SslStream Stream)> HandshakeAsync(int port, string host, SslApplicationProtocol? protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
#pragma warning disable CA5359 // These certificates are signed by themselves.
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = protocol is { } one ? [one] : null });
        return (socket, stream);
    }

    public async Task<PeerEnd> ReadAsync(Action<ReadOnlyMemory<byte>> feed, Action<string> cut)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0) feed(buffer.AsMemory(0, count));
            return PeerEnd.Orderly;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return PeerEnd.Reset;
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        try
        {
            await stream.WriteAsync(octets);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new EndedException();
        }
    }

    public void FinishSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            throw new EndedException();
        }
    }

    public Task<bool> AbandonAsync()
    {
        Leave();
        return Task.FromResult(true);
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Leave()
    {
        try
        {
            // A socket that is disposed under a pending read resets its connection, unless it has been shut down before.
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side was quicker.
        }

        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
