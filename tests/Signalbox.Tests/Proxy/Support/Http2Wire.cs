using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>An HTTP/2 connection that says what a proper client would not: fields go out as octets, unchecked (RFC 7541 6.2.2, no Huffman).</summary>
internal sealed class Http2Wire(SslStream stream) : IDisposable
{
    public static async Task<Http2Wire> ConnectAsync(int port, string host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
#pragma warning disable CA5359 // These certificates are signed by themselves.
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [SslApplicationProtocol.Http2] });
        if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2) throw new AuthenticationException("No HTTP/2.");
        var wire = new Http2Wire(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        await wire.SendAsync(4, 0, 0, []);
        return wire;
    }

    /// <summary>A request without a body, on a stream of its own: an odd number, higher than the last.</summary>
    public async Task RequestAsync(int id, params (string Name, string Value)[] fields)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            Append(block, name);
            Append(block, value);
        }

        // END_STREAM and END_HEADERS.
        await SendAsync(1, 5, id, [.. block]);
    }

    /// <summary>What the server does with the stream or the connection: the body's text after HEADERS and DATA, <c>RST_STREAM</c>, <c>GOAWAY</c> or <c>end</c>.</summary>
    public async Task<string> AnswerAsync(int id)
    {
        var body = new StringBuilder();
        var head = new byte[9];
        while (true)
        {
            if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) < head.Length) return "end";
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload);
            if (head[3] == 7) return "GOAWAY";
            if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) != id) continue;
            if (head[3] == 3) return "RST_STREAM";
            if (head[3] == 0) body.Append(Encoding.Latin1.GetString(payload));
            if (head[3] is 0 or 1 && (head[4] & 1) == 1) return body.ToString();
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task SendAsync(byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }

    /// <summary>A string literal of at most 126 octets, so that its length is one octet.</summary>
    private static void Append(List<byte> block, string text)
    {
        if (text.Length > 126) throw new ArgumentException("Too long for one octet of length.", nameof(text));
        block.Add((byte)text.Length);
        block.AddRange(Encoding.Latin1.GetBytes(text));
    }
}
