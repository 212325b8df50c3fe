using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>A home whose names get their certificates from a Pebble of its own, which comes in at the home's real ports.</summary>
internal sealed class PublicSite : IAsyncDisposable
{
    private readonly string[] _names;

    private PublicSite(Home home, Pebble pebble, string[] names)
    {
        (Home, Pebble, _names) = (home, pebble, names);
        Directory = pebble.Directory;
        Configure();
    }

    public Home Home { get; }

    public Pebble Pebble { get; }

    /// <summary>What the config says from its next writing on: another than Pebble's own where something stands before it.</summary>
    public Uri Directory { get; set; }

    /// <summary>Where all routes lead: nobody is there unless the test puts somebody there.</summary>
    public int BackendPort { get; } = PortPool.Take();

    /// <summary>Orders that Pebble took.</summary>
    public int Orders => Pebble.Orders;

    public static async Task<PublicSite> StartAsync(PebbleOptions? options, params string[] names)
    {
        var home = new Home();
        try
        {
            options ??= new PebbleOptions();
            return new PublicSite(home, await Pebble.StartAsync(options with { HttpPort = options.HttpPort ?? home.HttpPort, TlsPort = options.TlsPort ?? home.HttpsPort }), names);
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the config anew: the names of the beginning unless others are told, and more of what the issuer has.</summary>
    public void Configure(string issuer = "", params string[] names) => Configure(issuer, "", names);

    /// <param name="issuer">More lines of the issuer.</param>
    /// <param name="certificates">More lines of <c>certificates</c>.</param>
    /// <param name="names">The names that are routed; those of the beginning when there are none.</param>
    public void Configure(string issuer, string certificates, params string[] names)
    {
        var routes = string.Concat((names.Length == 0 ? _names : names).Select(name => $"  - {{ host: \"{name}\", to: \"http://127.0.0.1:{BackendPort}\" }}\n"));
        Home.WriteConfig($"""
            routes:
            {routes}certificates:
              {certificates.ReplaceLineEndings("\n  ")}
              issuers:
                - name: pebble
                  directory: "{Directory}"
                  email: me@example.com
                  termsAgreed: true
                  rootFile: "{Pebble.RootFile}"
                  limits: none
                  preflight: off
                  {issuer}
            """);
    }

    /// <summary>What is told of one name.</summary>
    public Task<CertificateReport> ReportAsync(string name) => Home.Admin.CertificateAsync(name);

    /// <summary>What is told of all public names.</summary>
    public async Task<CertificateReport[]> ReportsAsync() => [.. (await Home.Admin.CertificatesAsync()).Where(report => report.Issuer != "itself")];

    /// <summary>Waits until every name of the beginning has its certificate.</summary>
    public Task IssuedAsync() => Wait.UntilAsync("all names have their certificates",
        async () => (await ReportsAsync()).Count(report => report.State == CertificateStates.Issued && _names.Contains(report.Name)) == _names.Length, () => Pebble.Transcript);

    /// <summary>A handshake for the name as a browser makes it, which trusts Pebble's root alone; fails when the certificate is not good for the name.</summary>
    public async Task<X509Certificate2> HandshakeAsync(string name, X509Certificate2? root = null)
    {
        await using var tls = await OpenAsync(name, root);
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    /// <summary>No handshake for the name comes about: the server ends it, and shows nobody else's certificate.</summary>
    public async Task RefusesAsync(string name)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Home.HttpsPort);
        X509Certificate? shown = null;
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => (shown = certificate) is null);
        var error = await Should.ThrowAsync<Exception>(() => tls.AuthenticateAsClientAsync(name));
        error.ShouldBeAssignableTo<Exception>().ShouldSatisfyAllConditions(_ => (error is IOException or AuthenticationException).ShouldBeTrue(error.ToString()), _ => shown.ShouldBeNull());
    }

    /// <summary>The same as a handshake, left open.</summary>
    public async Task<SslStream> OpenAsync(string name, X509Certificate2? root = null) => await TlsClient.OpenAsync(Home.HttpsPort, name, root ?? await Pebble.RootAsync());

    public async ValueTask DisposeAsync()
    {
        await Home.DisposeAsync();
        await Pebble.DisposeAsync();
    }
}
