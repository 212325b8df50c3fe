using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Signalbox.Model;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// Opens connections to backends and tells the observer how it went. <c>localhost</c> and names under it mean both loopback addresses, in the order
/// 127.0.0.1, ::1: a dev server listens on one of them, and a refusal on loopback comes back within microseconds.
/// </summary>
/// <param name="timeout">For all addresses of one backend together, and again for the TLS handshake.</param>
/// <param name="observer">Told of every success and failure.</param>
/// <param name="time">Measures the timeout.</param>
internal sealed class BackendConnector(TimeSpan timeout, IBackendObserver observer, TimeProvider time)
{
    private static readonly IPAddress[] Loopback = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>A TCP connection on a socket of the framework's.</summary>
    /// <exception cref="UnreachableException">None could be made in time.</exception>
    public ValueTask<Socket> ConnectAsync(Backend backend, CancellationToken cancellation) => ConnectAsync(backend, SocketToAsync, cancellation);

    /// <summary>A TCP connection.</summary>
    /// <param name="backend">To where.</param>
    /// <param name="make">Makes one to an address, or throws a <see cref="SocketException"/>.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="UnreachableException">None could be made in time.</exception>
    public async ValueTask<TConnection> ConnectAsync<TConnection>(Backend backend, Func<IPEndPoint, CancellationToken, ValueTask<TConnection>> make, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        SocketException? last = null;
        try
        {
            foreach (var address in await AddressesAsync(backend.Host, linked.Token))
            {
                try
                {
                    var connection = await make(new IPEndPoint(address, backend.Port), linked.Token);
                    observer.Reached(backend);
                    return connection;
                }
                catch (SocketException exception)
                {
                    // The refusal of the first address tells more than that the machine has no IPv6.
                    if (last is null || exception.SocketErrorCode == SocketError.ConnectionRefused) last = exception;
                }
            }
        }
        catch (SocketException exception)
        {
            last = exception;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Unreachable(backend, $"no answer to a connection attempt within {timeout.TotalSeconds:0.#} s", timedOut: true, null);
        }

        throw Unreachable(backend, ReasonOf(last), timedOut: last?.SocketErrorCode == SocketError.TimedOut, last);
    }

    /// <summary>A stream: plain, or TLS for an https backend, with the protocol chosen by ALPN.</summary>
    /// <exception cref="UnreachableException">No connection.</exception>
    /// <exception cref="AuthenticationException">A connection, but no TLS on it or not with a certificate to trust.</exception>
    public async ValueTask<(Socket Socket, Stream Stream)> OpenAsync(Backend backend, List<SslApplicationProtocol> protocols, CancellationToken cancellation)
    {
        var socket = await ConnectAsync(backend, cancellation);
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (backend.Scheme != BackendScheme.Https) return (socket, plain);
        var secure = new SslStream(plain);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await secure.AuthenticateAsClientAsync(Handshake(backend, protocols), linked.Token);
            return (socket, secure);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            await secure.DisposeAsync();
            throw new AuthenticationException($"The TLS handshake took longer than {timeout.TotalSeconds:0.#} s.");
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    /// <summary>True for names and addresses that cannot leave this machine.</summary>
    public static bool IsLoopback(string host) =>
        HostName.IsWithin(host, "localhost") || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static async ValueTask<Socket> SocketToAsync(IPEndPoint to, CancellationToken cancellation)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            KeepAliveProbes.Set(socket);
            await socket.ConnectAsync(to, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Handshake(Backend backend, List<SslApplicationProtocol> protocols)
    {
        var options = new SslClientAuthenticationOptions
        {
            // The backend's own name, as every other proxy does it: the public name is ours, and the backend has no certificate for it.
            TargetHost = backend.Host,
            ApplicationProtocols = protocols,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };

        // A dev server on this machine signs for itself; nobody can stand between.
#pragma warning disable CA5359
        if (IsLoopback(backend.Host)) options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        return options;
    }

    private static async ValueTask<IPAddress[]> AddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address)) return [address];
        return HostName.IsWithin(host, "localhost") ? Loopback : await Dns.GetHostAddressesAsync(host, cancellation);
    }

    private UnreachableException Unreachable(Backend backend, string reason, bool timedOut, Exception? inner)
    {
        observer.Failed(backend, reason);
        return new UnreachableException(backend, reason, timedOut, inner);
    }

    private static string ReasonOf(SocketException? exception) => exception?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused: nothing listens there",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or null => "the host name has no address",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no way to that address",
        SocketError.TimedOut => "no answer to a connection attempt",
        _ => exception.Message,
    };
}
