using System.Net;
using System.Net.Sockets;
using System.Text;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Backends;

/// <summary>Waits until a server answers.</summary>
internal static class Probe
{
    /// <summary>One request on a connection of its own; what was answered up to the end of the connection.</summary>
    public static async Task<string> AskAsync(int port, string host, string path = "/")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        using var answer = new MemoryStream();
        await new NetworkStream(socket).CopyToAsync(answer);
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>Waits for a 200 for the host; fails with the program's output when it ends before.</summary>
    public static Task AnswersAsync(int port, string host, ChildProcess child) => Wait.UntilAsync(
        $"port {port} answers for {host}",
        async () =>
        {
            if (child.HasExited)
            {
                await child.ExitAsync();
                throw new InvalidOperationException($"It ended: {child.Transcript}");
            }

            return (await AskAsync(port, host)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        },
        () => child.Transcript);
}
