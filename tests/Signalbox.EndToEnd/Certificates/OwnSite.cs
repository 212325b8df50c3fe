using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Own;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>A home whose names have certificates that somebody gives, by a CA of the test's own. Nothing listens behind the names.</summary>
internal sealed class OwnSite : IAsyncDisposable
{
    private readonly int _away = PortPool.Take();

    public Home Home { get; } = new();

    public OwnCa Ca { get; } = new();

    public string PathOf(string file) => Path.Combine(Home.Layout.Root, file);

    /// <summary>Writes the config: each host with what is behind its <c>tls:</c>.</summary>
    public void Configure(params (string Host, string Tls)[] routes) =>
        Home.WriteConfig("routes:\n" + string.Concat(routes.Select(route => $"  - {{ host: \"{route.Host}\", to: \"http://127.0.0.1:{_away}\", tls: {route.Tls} }}\n")));

    /// <summary>A new certificate with its chain, and its key, as files in the home.</summary>
    public OwnLeaf Write(string name, params string[] hosts)
    {
        var leaf = Ca.Issue(hosts);
        WriteAs(name, leaf);
        return leaf;
    }

    public void WriteAs(string name, OwnLeaf leaf)
    {
        File.WriteAllText(PathOf($"{name}.pem"), leaf.Certificate + Ca.IntermediatePem);
        File.WriteAllText(PathOf($"{name}.key"), leaf.Key);
        File.SetUnixFileMode(PathOf($"{name}.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public Task<CertificateReport> ReportAsync(string name) => Home.Admin.CertificateAsync(name);

    /// <summary>The serial number of what the name is shown with to a client that trusts the CA of this test alone; null when the handshake is ended.</summary>
    public async Task<string?> SerialAsync(string name)
    {
        try
        {
            await using var tls = await OpenAsync(name);
            return new X509Certificate2(tls.RemoteCertificate!).SerialNumber;
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
        {
            return null;
        }
    }

    public Task ShowsAsync(string name, OwnLeaf leaf) => Wait.UntilAsync($"{name} is shown with its certificate", async () => await SerialAsync(name) == leaf.Serial);

    public Task<SslStream> OpenAsync(string name) => TlsClient.OpenAsync(Home.HttpsPort, name, Ca.Root);

    /// <summary>One request on an open connection, and the status of its answer.</summary>
    public static async Task<string> AskAsync(Stream stream, string host)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n"));
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer);
        return Encoding.ASCII.GetString(answer);
    }

    public async ValueTask DisposeAsync()
    {
        await Home.DisposeAsync();
        Ca.Dispose();
    }
}
