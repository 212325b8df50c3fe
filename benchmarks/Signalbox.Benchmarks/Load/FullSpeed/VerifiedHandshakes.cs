using System.Diagnostics;
using System.Net.Sockets;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>Asks names for their certificates until each has shown a good one.</summary>
internal static class VerifiedHandshakes
{
    /// <summary>Between two tries at a name: a small part of what is measured, and next to no load.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// The names one after the other, each until its handshake is verified: by then those before it have been. In the order in which a router was told of them, so that there
    /// is little to be tried in vain.
    /// </summary>
    /// <param name="port">On 127.0.0.1. Nobody need listen there yet.</param>
    /// <param name="names">Asked for one by one.</param>
    /// <param name="roots">PEM, of the only roots that count.</param>
    /// <param name="limit">After this it is given up.</param>
    /// <exception cref="TimeoutException">Told which name had none.</exception>
    public static Task UntilAllAsync(int port, IReadOnlyList<string> names, string roots, TimeSpan limit) => Task.Factory.StartNew(
        () =>
        {
            using var tls = new TlsContext(roots);
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < names.Count; i++)
            {
                while (!Try(port, tls, names[i]))
                {
                    if (Stopwatch.GetElapsedTime(began) > limit) throw new TimeoutException($"{names[i]}, number {i + 1} of {names.Count}, had no certificate of the CA after {limit.TotalSeconds:0} s");
                    Thread.Sleep(Pause);
                }
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>So many full handshakes from a few threads, each for a name drawn at random. Any that fails is an exception.</summary>
    public static Task RunAsync(int port, IReadOnlyList<string> names, string roots, int count, int threads) => Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
        () =>
        {
            using var tls = new TlsContext(roots);
            // The same draw for every router and turn.
            var random = new Random(thread);
            for (var i = 0; i < count / threads; i++) new BlockingConnection(port, tls, names[random.Next(names.Count)]).Dispose();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private static bool Try(int port, TlsContext tls, string name)
    {
        try
        {
            using var connection = new BlockingConnection(port, tls, name);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }
}
