using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// New TLS connections as fast as they come about, none resumed, each closed as soon as its handshake is done. A process of its own: inside of the bench
/// its computing would hold up the client whose times are measured.
/// </summary>
internal static class HandshakeStorm
{
    /// <summary>Handshakes under way at once.</summary>
    private const int Concurrency = 16;

    /// <summary>Runs until the process is asked to end, and writes how many handshakes there were in what time.</summary>
    public static async Task RunAsync(IPEndPoint router, string host, TextWriter output)
    {
        using var end = new CancellationTokenSource();
        using var asked = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.Cancel();
        });
        var (done, failed, began) = (0, 0, Stopwatch.GetTimestamp());
        await output.WriteLineAsync("storming");
        await output.FlushAsync();
        await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    await OneAsync(router, host, end.Token);
                    Interlocked.Increment(ref done);
                }
                catch (OperationCanceledException)
                {
                }
                catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"done {done} failed {failed} seconds {Stopwatch.GetElapsedTime(began).TotalSeconds:0.000}"));
    }

    /// <summary>One full handshake on a connection of its own.</summary>
    public static async Task OneAsync(IPEndPoint router, string host, CancellationToken end)
    {
        using var socket = await ClientSocket.ConnectAsync(router, end);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                AllowTlsResume = false,
                // What is measured is the router's work; building a chain to a root would be the client's.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            end);
    }
}
