using System.Net;
using System.Net.Sockets;
using System.Text;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates.Underway;

/// <summary>
/// The way by which Pebble comes in for a name leads through here, and is held up until the test opens it: so long the CA is at that name, whatever else happens.
/// Pebble waits 15 s for an answer.
/// </summary>
internal sealed class HeldWay : IAsyncDisposable
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.9");

    private readonly TcpListener _listener;
    private readonly string _name;
    private readonly TaskCompletionSource<bool> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _leading;

    private HeldWay(string name, int port)
    {
        (_name, _listener) = (name, new TcpListener(Elsewhere, port));
        _listener.Start();
        _leading = LeadAsync(port);
    }

    /// <summary>From now on the name leads here.</summary>
    public static async Task<HeldWay> StartAsync(PublicSite site, string name)
    {
        await site.Pebble.AddAddressAsync(name, Elsewhere.ToString());
        return new HeldWay(name, site.Home.HttpPort);
    }

    /// <summary>Waits until the CA has come.</summary>
    public Task AskedAsync(PublicSite site) => Wait.ForAsync("the CA to look", _asked.Task, () => site.Pebble.Transcript);

    /// <summary>Lets through who waits and who comes.</summary>
    public void Open() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _leading;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task LeadAsync(int port)
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                _asked.TrySetResult(true);
                relays.Add(RelayAsync(client, port));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One request of the CA, asked of the daemon again and again until it has the answer: there may be another daemon by then.</summary>
    private async Task RelayAsync(TcpClient client, int port)
    {
        using var both = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync(_end.Token))!.Split(' ')[1];
        await _open.Task.WaitAsync(_end.Token);
        using var daemon = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var answer = "";
        await Wait.UntilAsync("the daemon has the answer", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}") { Headers = { Host = _name } };
            using var response = await daemon.SendAsync(request, _end.Token);
            answer = await response.Content.ReadAsStringAsync(_end.Token);
            return response.StatusCode == HttpStatusCode.OK;
        });
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n{answer}"), _end.Token);
    }
}
