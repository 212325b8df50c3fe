using System.Net;
using System.Net.Sockets;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>A connection of a client that has a thread for each: in clear, or by TLS with a session of an earlier one when there is one.</summary>
internal sealed class BlockingConnection : IDisposable
{
    private const int SetHostName = 55; // SSL_CTRL_SET_TLSEXT_HOSTNAME

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly nint _ssl;

    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="context">Null: in clear.</param>
    /// <param name="host">The name that is asked for in the handshake.</param>
    /// <param name="session">Of <see cref="Session"/>, or 0.</param>
    public BlockingConnection(int port, TlsContext? context, string host, nint session = 0)
    {
        try
        {
            _socket.Connect(IPAddress.Loopback, port);
        }
        catch
        {
            // Whoever tries again and again would run out of descriptors before the collector comes.
            _socket.Dispose();
            throw;
        }

        if (context is null) return;
        _ssl = OpenSsl.SSL_new(context.Handle);
        _ = OpenSsl.SSL_ctrl(_ssl, SetHostName, 0, host);
        if (context.Verifies) _ = OpenSsl.SSL_set1_host(_ssl, host);
        _ = OpenSsl.SSL_set_fd(_ssl, (int)_socket.Handle);
        if (session != 0) _ = OpenSsl.SSL_set_session(_ssl, session);
        if (OpenSsl.SSL_connect(_ssl) == 1) return;
        Dispose();
        throw new IOException("The handshake failed.");
    }

    /// <summary>True when the handshake took up an earlier session.</summary>
    public bool IsResumed => OpenSsl.SSL_session_reused(_ssl) == 1;

    /// <summary>What a later connection takes up. With TLS 1.3 there is something in it only after an answer was read. The caller frees it.</summary>
    public nint Session() => OpenSsl.SSL_get1_session(_ssl);

    /// <summary>Sends all of it.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_ssl == 0)
        {
            for (var sent = 0; sent < bytes.Length;) sent += _socket.Send(bytes[sent..]);
        }
        else if (OpenSsl.SSL_write(_ssl, in bytes[0], bytes.Length) != bytes.Length)
        {
            throw new IOException("The connection broke while sending.");
        }
    }

    /// <summary>Bytes received; 0 at the end.</summary>
    public int Receive(Span<byte> into) => _ssl == 0 ? _socket.Receive(into) : Math.Max(0, OpenSsl.SSL_read(_ssl, ref into[0], into.Length));

    /// <summary>Reads one answer with a Content-Length that fits into the buffer; true when its status is 200.</summary>
    public bool ReadAnswer(byte[] buffer) => ReadWhole(buffer).StartsWith("HTTP/1.1 200"u8);

    /// <summary>Reads one answer with a Content-Length that fits into the buffer, and returns it with its head; empty when the connection ended before.</summary>
    public ReadOnlySpan<byte> ReadWhole(byte[] buffer)
    {
        var filled = 0;
        while (!Relay.MessageEnd.IsAt(buffer.AsSpan(0, filled), answer: true))
        {
            var received = Receive(buffer.AsSpan(filled));
            if (received == 0) return [];
            filled += received;
        }

        return buffer.AsSpan(0, filled);
    }

    public void Dispose()
    {
        if (_ssl != 0)
        {
            _ = OpenSsl.SSL_shutdown(_ssl);
            OpenSsl.SSL_free(_ssl);
        }

        _socket.Dispose();
    }
}
