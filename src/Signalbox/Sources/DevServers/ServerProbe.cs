using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Sources.DevServers;

/// <summary>What answers on a port, from the least to the most likely to be the page somebody wants to see.</summary>
internal enum ServerKind
{
    /// <summary>No connection.</summary>
    Closed,

    /// <summary>Speaks HTTP, but only to debuggers or as a WebSocket (426 Upgrade Required, RFC 9110 15.5.22).</summary>
    Helper,

    /// <summary>Accepts and says nothing that we understand.</summary>
    Silent,

    /// <summary>HTTP, with an error.</summary>
    Failing,

    /// <summary>HTTP.</summary>
    Http,

    /// <summary>TLS.</summary>
    Https,
}

/// <summary>Asks a port what it is. Used only where there is a choice: an ordinary server never sees a request that nobody made.</summary>
internal sealed class ServerProbe(TimeProvider time)
{
    /// <summary>A first page may be compiled on demand; a port that says nothing for this long is judged silent, and looked at again later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Enough for a status line, the headers and the words of Node's inspector.</summary>
    private const int AnswerBytes = 1024;

    /// <param name="address">Where to connect.</param>
    /// <param name="port">Which port.</param>
    /// <param name="enough">Ends the patience early; what has not answered by then is silent.</param>
    /// <param name="cancellation">Ends the whole.</param>
    public async Task<ServerKind> AskAsync(IPAddress address, int port, CancellationToken enough, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, enough, cancellation);
        try
        {
            var answer = await GetAsync(address, port, both.Token);
            if (answer.StartsWith("HTTP/1.", StringComparison.Ordinal)) return Judge(answer);
            // A TLS server answers plain text with an alert (RFC 8446 6) or closes; so does a server that is no HTTP server, hence the real try.
            return answer.Length == 0 || answer[0] == '\x15' ? await SpeaksTlsAsync(address, port, both.Token) ? ServerKind.Https : ServerKind.Silent : ServerKind.Silent;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ServerKind.Silent;
        }
        catch (SocketException)
        {
            return ServerKind.Closed;
        }
    }

    /// <summary>True when a connection is accepted.</summary>
    public async Task<bool> AcceptsAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var socket = await ConnectAsync(address, port, both.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ServerKind Judge(string answer)
    {
        var status = StatusOf(answer);
        // Node's inspector, whatever port it was given, answers everybody but debuggers with these words.
        if (status == 426 || answer.Contains("WebSockets request was expected", StringComparison.Ordinal)) return ServerKind.Helper;
        return status is >= 100 and < 400 ? ServerKind.Http : ServerKind.Failing;
    }

    /// <summary>True when the answer can be judged: the headers are in, and of a refusal some of the words.</summary>
    private static bool IsEnough(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end >= 0 && (StatusOf(answer) != 400 || answer.Length > end + 4);
    }

    private static int StatusOf(string answer) => answer.Length > 11 && int.TryParse(answer.AsSpan(9, 3), out var code) ? code : 0;

    private static async Task<string> GetAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        using var socket = await ConnectAsync(address, port, cancellation);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nUser-Agent: signalbox\r\nConnection: close\r\n\r\n"), cancellation);
            var buffer = new byte[AnswerBytes];
            var length = 0;
            var answer = "";
            while (!IsEnough(answer) && length < buffer.Length && await socket.ReceiveAsync(buffer.AsMemory(length), cancellation) is var read and > 0)
            {
                length += read;
                answer = Encoding.Latin1.GetString(buffer, 0, length);
            }

            return answer;
        }
        catch (SocketException)
        {
            // Accepted, then reset: as good as no answer.
            return "";
        }
    }

    private static async Task<bool> SpeaksTlsAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        using var socket = await ConnectAsync(address, port, cancellation);
        await using var tls = new SslStream(new NetworkStream(socket), false);
        var spoke = false;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            // A certificate, whichever, is all we want to see; nothing is to be sent over this connection.
            RemoteCertificateValidationCallback = (_, _, _, _) => !(spoke = true),
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellation);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return spoke;
        }

        return spoke;
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
