using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Routing;
using Signalbox.Proxy.Tls;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>A real server on a port and a transport as the router would use, with shield, TLS if wanted, and guard, in the order they are documented in.</summary>
internal sealed partial class GuardedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RouterTransport _transport;

    private GuardedServer(WebApplication app, RouterTransport transport) => (_app, _transport) = (app, transport);

    /// <summary>Requests the application has read to their end, as "METHOD target body".</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    public IPEndPoint EndPoint { get; private set; } = null!;

    public static async Task<GuardedServer> StartAsync(
        GuardOptions? options = null, TimeProvider? time = null, X509Certificate2? certificate = null, RequestDelegate? handler = null, HttpProtocols protocols = HttpProtocols.Http1,
        ILogger? logger = null)
    {
        var guardOptions = options ?? new GuardOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var transport = new RouterTransport(new RouterOptions { Transport = TestTransport.Kind }, TimeProvider.System, NullLoggerFactory.Instance);
        var sockets = new ListenSockets();
        var port = sockets.BindFree([IPAddress.Loopback]).Value;
        builder.Services.AddSingleton(services => transport.Start(sockets, services));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            guardOptions.ApplyTo(kestrel.Limits);
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                Use(listen, new HalfCloseShield(time ?? TimeProvider.System).Wrap);
                if (certificate is not null) Use(listen, new TlsTermination(new TlsSelector(new OneCertificate(certificate), new HostIndex(), NoChallengeCertificates.Instance), TimeProvider.System, NullLogger.Instance).Wrap);
                Use(listen, new RequestGuard(guardOptions, time ?? TimeProvider.System, new RefusalLog(logger ?? NullLogger.Instance, time ?? TimeProvider.System)).Wrap);
            });
        });
        var server = new GuardedServer(builder.Build(), transport);
        server._app.Run(handler ?? server.EchoAsync);
        await server._app.StartAsync();
        server.EndPoint = IPEndPoint.Parse(new Uri(server._app.Urls.Single()).Authority);
        return server;
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return socket;
    }

    /// <summary>Sends the octets, ends this direction, and returns all that comes back.</summary>
    public async Task<string> ExchangeAsync(string raw, int pieceLength = int.MaxValue)
    {
        using var socket = await ConnectAsync();
        var octets = Encoding.Latin1.GetBytes(raw);
        try
        {
            for (var at = 0; at < octets.Length; at += Math.Min(pieceLength, octets.Length - at))
            {
                await socket.SendAsync(octets.AsMemory(at, Math.Min(pieceLength, octets.Length - at)));
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Refused before all was sent: the answer tells.
        }

        return await ReadToEndAsync(socket);
    }

    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer)) > 0) answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // A reset after the answer.
        }

        return answer.ToString();
    }

    public static int[] StatusesOf(string answer) => [.. StatusLine().Matches(answer).Select(match => int.Parse(match.Groups[1].Value, null))];

    /// <summary>Stops in order: no new connections, and those there are may finish.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _transport.DisposeAsync();
    }

    private sealed class OneCertificate(X509Certificate2 certificate) : ICertificateBook
    {
        private readonly ServerCertificate _certificate = new(certificate, []);

        public bool Covers(string host) => true;

        public ValueTask<ServerCertificate?> FindAsync(string host, bool keep) => new(_certificate);
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ")]
    private static partial Regex StatusLine();

    private static void Use(ListenOptions listen, Func<ConnectionDelegate, ConnectionDelegate> middleware) => ((IConnectionBuilder)listen).Use(middleware);

    private async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var target = context.Features.Get<IHttpRequestFeature>()!;
        Seen.Enqueue($"{context.Request.Method} {target.Path}{target.QueryString} {body}");
        await context.Response.WriteAsync("ok");
    }
}
