namespace Signalbox.Benchmarks.Relay;

/// <summary>
/// <c>Signalbox.Benchmarks relay PORT BACKEND</c>: the floor under every router. One event loop a core with a listening socket of its own; for each request
/// the four socket calls that a proxied request cannot avoid (received, sent on, answer received, sent back) and nothing else: no routing, no headers
/// added, no parsing but for the end of a message. Each client connection has a backend connection of its own.
/// </summary>
internal static class RelayProgram
{
    public static void Run(int port, int backend)
    {
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => new RelayLoop(port, backend).Run())).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }
}
