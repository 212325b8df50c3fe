using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Signalbox.EndToEnd.Support;

/// <summary>A client that resolves every name to loopback and trusts one home's root alone.</summary>
internal sealed class RouterClient : IDisposable
{
    private readonly Home _home;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    public RouterClient(Home home)
    {
        _home = home;
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, ConnectCallback = ConnectAsync, SslOptions = TlsClient.Trusting(home.RootCertificate()),
        };
        _invoker = new HttpMessageInvoker(_handler);
    }

    public async Task<HttpResponseMessage> GetAsync(string url)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        return await _invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), limit.Token);
    }

    /// <summary>The body, or <c>status body</c> when it is no success.</summary>
    public async Task<string> TextAsync(string host, string path = "/")
    {
        using var response = await GetAsync(_home.Url(host, path));
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : $"{(int)response.StatusCode} {text}";
    }

    /// <summary>Waits until the name is answered with this text.</summary>
    public async Task AnswersAsync(string host, string text)
    {
        var last = "";
        await Wait.UntilAsync($"{host} answers {text}", async () => (last = await TextAsync(host)) == text, () => last);
    }

    public async Task<ClientWebSocket> OpenWebSocketAsync(string host, string path)
    {
        var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Wait.Limit);
        await socket.ConnectAsync(new Uri($"wss://{host}:{_home.HttpsPort}{path}"), _invoker, limit.Token);
        return socket;
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
