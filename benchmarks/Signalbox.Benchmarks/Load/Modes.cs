using System.Globalization;

namespace Signalbox.Benchmarks.Load;

/// <summary>What this program is when the bench starts it a second time, as a peer in a process of its own.</summary>
internal static class Modes
{
    /// <summary><c>echo PORT NAME</c> and <c>storm PORT HOST</c>; false for everything else.</summary>
    public static async Task<bool> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["echo", var port, var name]:
                using (var server = new EchoServer(int.Parse(port, CultureInfo.InvariantCulture), name))
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening on {server.Port}"));
                    await server.RunAsync(CancellationToken.None);
                }

                return true;
            case ["storm", var port, var host]:
                await HandshakeStorm.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), host, Console.Out);
                return true;
            default:
                return false;
        }
    }
}
