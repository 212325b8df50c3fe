using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// New TLS connections as fast as they come about, none resumed, each closed as soon as its handshake is done. A process of its own: inside of the bench
/// its computing would hold up the client whose times are measured. On the system's OpenSSL: a storm by the framework's stream took three fifths of the
/// machine for itself, two thirds more than the router it was to storm, a fifth of that for compiling its own code.
/// </summary>
internal static class HandshakeStorm
{
    /// <summary>Handshakes under way at once, each by a thread.</summary>
    private const int Concurrency = 16;

    /// <summary>Runs until the process is asked to end, and writes how many handshakes there were in what time.</summary>
    public static async Task RunAsync(int port, string host, TextWriter output)
    {
        using var end = new CancellationTokenSource();
        using var asked = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.Cancel();
        });
        using var tls = new TlsContext();
        var (done, failed, began) = (0, 0, Stopwatch.GetTimestamp());
        await output.WriteLineAsync("storming");
        await output.FlushAsync();
        await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => Task.Factory.StartNew(Storm, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"done {done} failed {failed} seconds {Stopwatch.GetElapsedTime(began).TotalSeconds:0.000}"));

        void Storm()
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    using var connection = new BlockingConnection(port, tls, host);
                    Interlocked.Increment(ref done);
                }
                catch (Exception e) when (e is IOException or SocketException)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        }
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
