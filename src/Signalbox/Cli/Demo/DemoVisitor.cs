using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Cli.Demo;

/// <summary>
/// A client of the demo's own: goes to the services by their names through the router, as a browser does, and trusts the local authority alone. It asks
/// the API again and again and shows how long a request had to wait, and whether one failed.
/// </summary>
internal sealed class DemoVisitor : IDisposable
{
    /// <summary>Between requests: often enough to be there at each crash, too seldom to be felt.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>An answer that took longer had to wait for the service; one that did not takes milliseconds.</summary>
    private static readonly TimeSpan Waited = TimeSpan.FromMilliseconds(700);

    private readonly HttpClient _http;
    private readonly DemoStage _stage;
    private readonly TimeProvider _time;

    public DemoVisitor(DemoDaemon daemon, string rootCertificate, DemoStage stage, TimeProvider time)
    {
        (_stage, _time) = (stage, time);
        var listener = daemon.Status.Listeners.First(found => found.Protocol == "https");
        var address = IPAddress.Parse(listener.Address) switch
        {
            var any when any.Equals(IPAddress.Any) => IPAddress.Loopback,
            var any when any.Equals(IPAddress.IPv6Any) => IPAddress.IPv6Loopback,
            var other => other,
        };
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            // Whatever this machine's resolver thinks of names under localhost.
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, listener.Port), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(rootCertificate) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }

    /// <summary>Null when the URL answers well, else how it fails.</summary>
    public async Task<string?> AskAsync(string url, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(url, cancellation);
            return answer.IsSuccessStatusCode ? null : $"status {(int)answer.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return error.Message;
        }
    }

    /// <summary>Until it is cancelled; never fails.</summary>
    public async Task VisitAsync(string service, string url, CancellationToken life)
    {
        try
        {
            var (count, failed, last) = (0, 0, (string?)null);
            while (true)
            {
                var began = _time.GetTimestamp();
                var failure = await AskAsync(url, life);
                var took = _time.GetElapsedTime(began);
                count++;
                if (failure is not null) failed++;
                var sum = $"{count} requests so far, {failed} failed";
                if (failure is not null && failure != last) _stage.Tell(service, "failed", $"a request failed: {failure}; {sum}");
                else if (failure is null && took > Waited) _stage.Tell(service, "answered", $"a request that came meanwhile waited {took.TotalSeconds:0.0} s; {sum}");
                last = failure;
                await Task.Delay(Pause, _time, life);
            }
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            // The demo is over.
        }
    }

    public void Dispose() => _http.Dispose();
}
