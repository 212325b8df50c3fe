using System.Net;
using System.Net.Sockets;
using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>Asks a backend whether it accepts a connection. <c>localhost</c> is asked on both loopback addresses, because dev servers bind either.</summary>
internal static class BackendProbe
{
    /// <summary>As long as the router itself would wait for a connection.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Null when it accepted, else the error in words.</summary>
    public static async Task<string?> AskAsync(Backend backend, TimeProvider time, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            if (backend.Host != "localhost") return await ConnectAsync(Endpoint(backend), both.Token);
            var first = await ConnectAsync(new IPEndPoint(IPAddress.Loopback, backend.Port), both.Token);
            if (first is null || !Socket.OSSupportsIPv6) return first;
            return await ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, backend.Port), both.Token) is null ? null : first;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer from {backend.Authority} within {Timeout.TotalSeconds:0} s";
        }
    }

    private static EndPoint Endpoint(Backend backend) =>
        IPAddress.TryParse(backend.Host, out var address) ? new IPEndPoint(address, backend.Port) : new DnsEndPoint(backend.Host, backend.Port);

    private static async Task<string?> ConnectAsync(EndPoint endpoint, CancellationToken cancellation)
    {
        try
        {
            // Making the socket fails too, where the process has no descriptor left.
            using var socket = endpoint is IPEndPoint ip
                ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endpoint, cancellation);

            // Closed in order, never by a reset: servers log a reset as an error of their own.
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"nothing listens on {Text(endpoint)} (connection refused)",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name of {Text(endpoint)} does not resolve",
                SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"{Text(endpoint)} cannot be reached from here",
                _ => $"{Text(endpoint)}: {error.Message}",
            };
        }
    }

    private static string Text(EndPoint endpoint) => endpoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endpoint.ToString()!;
}
