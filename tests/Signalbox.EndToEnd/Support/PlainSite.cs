using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Support;

/// <summary>A daemon in front of one <see cref="RawBackend"/>, reached in clear as <c>plain.localhost</c> and over TLS as <c>secure.localhost</c>.</summary>
internal sealed class PlainSite : IAsyncDisposable
{
    public const string Name = "plain.localhost";
    public const string SecureName = "secure.localhost";

    private static readonly TimeSpan LongTurn = TimeSpan.FromSeconds(2);

    private PlainSite(Home home, Daemon daemon, RawBackend backend) => (Home, Daemon, Backend) = (home, daemon, backend);

    public Home Home { get; }

    public Daemon Daemon { get; }

    public RawBackend Backend { get; }

    /// <param name="yaml">More of the config.</param>
    /// <param name="options">Of <c>signalbox up</c>.</param>
    public static async Task<PlainSite> StartAsync(string yaml = "", params string[] options)
    {
        var home = new Home(yaml);
        var site = new PlainSite(home, await home.UpAsync(options), new RawBackend());
        await AddAsync(home, site.Backend.Target);
        await home.Admin.AddAsync(SecureName, site.Backend.Target);
        return site;
    }

    public static async Task AddAsync(Home home, string target)
    {
        using var response = await home.Admin.PutRouteAsync(new ClaimRequest { Hosts = [Name], Backends = [target], Tls = "off" });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    public Task<RawConnection> ConnectAsync(IPAddress? address = null) => RawConnection.ConnectAsync(Home.HttpPort, address);

    /// <summary>
    /// No event loop stood, in all that was done to this daemon: nothing that ran there waited for a disk, a name server, a lock or a time-out. On a machine with much
    /// other work a loop's thread is held back itself, which is counted with its turn; what this is to find takes longer.
    /// </summary>
    public async Task LoopsNeverStoodAsync()
    {
        var status = await Home.Admin.StatusAsync();
        status.Problems.ShouldNotContain(problem => problem.Type == ProblemType.LoopStands);
        if (status.Transport!.Kind == TransportReport.Sockets) return;
        status.Transport.LongestTurnMilliseconds!.Value.ShouldBeLessThan(LongTurn.TotalMilliseconds, status.Transport.LongestTurnAt);
    }

    /// <summary>A handshake over TLS that trusts the home's root; the connection stays the caller's.</summary>
    public async Task<SslStream> HandshakeAsync(RawConnection connection)
    {
        var tls = new SslStream(new NetworkStream(connection.Socket));
        using var limit = new CancellationTokenSource(Wait.Limit);
        await tls.AuthenticateAsClientAsync(TlsClient.Trusting(Home.RootCertificate(), SecureName), limit.Token);
        return tls;
    }

    public async ValueTask DisposeAsync()
    {
        Backend.Release();
        Backend.Dispose();
        await Home.DisposeAsync();
    }
}
