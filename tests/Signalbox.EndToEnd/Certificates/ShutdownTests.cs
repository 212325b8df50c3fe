using System.Net;
using System.Net.Sockets;
using System.Text;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>A daemon that is asked to end while the CA looks at a name: the next one goes on with the same order.</summary>
public sealed class ShutdownTests
{
    private const string Name = "www.example.com";
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.9");

    [Fact]
    public async Task Daemon_EndedWhileTheCaLooks_GoesOnWithTheSameOrder()
    {
        await using var site = await PublicSite.StartAsync(null, Name);
        await site.Pebble.AddAddressAsync(Name, Elsewhere.ToString());

        // The way from the CA to the daemon leads through here, and is held up until the next daemon is there.
        using var way = new TcpListener(Elsewhere, site.Home.HttpPort);
        way.Start();
        var (asked, open) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var end = new CancellationTokenSource();
        var leading = LeadAsync(way, site.Home.HttpPort, asked, open.Task, end.Token);
        var first = await site.Home.UpAsync();
        await Wait.ForAsync("the CA to look", AskedAsync(asked), () => site.Pebble.Transcript);
        (await first.StopAsync()).ShouldBe(0);

        await site.Home.UpAsync();
        await Wait.UntilAsync("the answer is shown again", async () => (await site.ReportAsync(Name)).State == CertificateStates.Validating);
        open.SetResult();
        await site.IssuedAsync();

        // Pebble waits 15 s for an answer; where the machine was too slow for that, it has given the order up by itself.
        site.Orders.ShouldBe(site.Pebble.Transcript.Contains("set INVALID", StringComparison.Ordinal) ? 2 : 1, site.Pebble.Transcript);
        Directory.EnumerateFiles(site.Home.Layout.OrderKeys).ShouldBeEmpty();
        await end.CancelAsync();
        await leading;
    }

    private static async Task<bool> AskedAsync(TaskCompletionSource asked)
    {
        await asked.Task;
        return true;
    }

    private static async Task LeadAsync(TcpListener way, int port, TaskCompletionSource asked, Task open, CancellationToken end)
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                var client = await way.AcceptTcpClientAsync(end);
                asked.TrySetResult();
                relays.Add(RelayAsync(client, port, open, end));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One request of the CA, asked of the daemon again and again until it has the answer.</summary>
    private static async Task RelayAsync(TcpClient client, int port, Task open, CancellationToken end)
    {
        using var both = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync(end))!.Split(' ')[1];
        await open.WaitAsync(end);
        using var daemon = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var answer = "";
        await Wait.UntilAsync("the daemon has the answer", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}") { Headers = { Host = Name } };
            using var response = await daemon.SendAsync(request, end);
            answer = await response.Content.ReadAsStringAsync(end);
            return response.StatusCode == HttpStatusCode.OK;
        });
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n{answer}"), end);
    }
}
