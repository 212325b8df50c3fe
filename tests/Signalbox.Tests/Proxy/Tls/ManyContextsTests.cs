using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Proxy.Routing;
using Signalbox.Proxy.Tls;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Tls;

public sealed class ManyContextsTests : IAsyncDisposable
{
    /// <summary>More than the framework keeps contexts for that no connection uses, whatever else this process has in its table.</summary>
    private const int Others = 70;

    private readonly TlsSelector _selector = new(new SelfSignedBook(), new HostIndex(), NoChallengeCertificates.Instance);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _session = Path.GetTempFileName();
    private readonly Task _serving;

    public ManyContextsTests()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    private string Address => _listener.LocalEndpoint.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
        File.Delete(_session);
    }

    [Fact]
    public async Task Session_AfterHandshakesWithManyOtherNames_IsResumedStill()
    {
        (await AskAsync("first.localhost", "-sess_out", _session)).ShouldContain("New, TLSv1.2");
        for (var i = 0; i < Others; i++) await AskAsync(string.Create(CultureInfo.InvariantCulture, $"other-{i}.localhost"));
        (await AskAsync("first.localhost", "-sess_in", _session)).ShouldContain("Reused, TLSv1.2");
    }

    /// <summary>TLS 1.2, where the ticket comes with the handshake and not at some time after it.</summary>
    private async Task<string> AskAsync(string name, params string[] more)
    {
        var (_, output) = await Tool.RunAsync("openssl", ["s_client", "-connect", Address, "-servername", name, "-tls1_2", .. more]);
        output.ShouldContain("TLSv1.2");
        return output;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync(_stop.Token);
            // openssl s_client never closes first where its input does not end: this side does, by closing the socket.
            await using var tls = new SslStream(new NetworkStream(socket));
            var name = "";
            await tls.AuthenticateAsServerAsync((_, hello, _, _) => OptionsAsync(name = hello.ServerName), null, _stop.Token);
            name.ShouldNotBeEmpty();
        }
    }

    private async ValueTask<SslServerAuthenticationOptions> OptionsAsync(string name) => (await _selector.SelectAsync(new ClientHello(name, [])))!;
}
