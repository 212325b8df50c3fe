using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Signalbox.EndToEnd.Support;

/// <summary>
/// A service inside the test process: every path answers the service's name; <c>/headers</c> the request's head; <c>/ws</c> sends each text message back
/// with this side's own running number in front.
/// </summary>
internal sealed class EchoBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoBackend(WebApplication app, string name, int port)
    {
        _app = app;
        Name = name;
        Port = port;
    }

    public string Name { get; }

    public int Port { get; }

    public string Target => $"http://127.0.0.1:{Port}";

    /// <param name="name">What it answers.</param>
    /// <param name="port">0: any free one.</param>
    public static async Task<EchoBackend> StartAsync(string name, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(context => context.Request.Path.Value switch
        {
            "/ws" => EchoAsync(context),
            "/headers" => context.Response.WriteAsync(string.Concat(context.Request.Headers.Select(header => $"{header.Key}: {header.Value}\n"))),
            _ => context.Response.WriteAsync(name),
        });
        await app.StartAsync();
        return new EchoBackend(app, name, new Uri(app.Urls.First()).Port);
    }

    public async ValueTask DisposeAsync()
    {
        // Open WebSockets are the test's own: they need not be waited for.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        for (var number = 0; ; number++)
        {
            WebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                return;
            }

            if (received.MessageType == WebSocketMessageType.Close) return;
            var answer = string.Create(CultureInfo.InvariantCulture, $"{number}:{Encoding.UTF8.GetString(buffer, 0, received.Count)}");
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, context.RequestAborted);
        }
    }
}
