using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Cli.Demo.Samples;

/// <summary>The sample page: a clock that ticks over a WebSocket, beside what the API answers.</summary>
/// <param name="page">The page's HTML.</param>
/// <param name="time">The clock.</param>
internal sealed class ClockSample(string page, TimeProvider time)
{
    private const string Ticks = "/ticks";

    public static Task<int> RunAsync(CliContext cli, int port, string api) => SampleServer.RunAsync(cli, port, new ClockSample(ClockPage.Render(api), cli.Time).AnswerAsync);

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == Ticks) return TickAsync(context);
        if (context.Request.Path == "/")
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsync(page);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task TickAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var reading = ReadToEndAsync(socket, gone);
        try
        {
            while (!gone.IsCancellationRequested)
            {
                var now = time.GetLocalNow();
                await socket.SendAsync(Encoding.ASCII.GetBytes(now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)), WebSocketMessageType.Text, endOfMessage: true, gone.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(1000 - now.Millisecond), time, gone.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The page was closed.
        }

        await reading;
    }

    /// <summary>Sees the other side close, which only reading tells.</summary>
    private static async Task ReadToEndAsync(WebSocket socket, CancellationTokenSource gone)
    {
        try
        {
            var buffer = new byte[64];
            while ((await socket.ReceiveAsync(buffer, gone.Token)).MessageType != WebSocketMessageType.Close)
            {
                // The page says nothing that matters here.
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // It is gone without a word.
        }

        await gone.CancelAsync();
    }
}
