using System.Net;
using System.Net.Sockets;

namespace Signalbox.EndToEnd.Support;

/// <summary>
/// Ports for programs that must be told one before they bind it. Each is this test process's own until its end: a locked file a port keeps other test
/// processes away, and the range lies below the one that signalbox gives to dev servers and below the system's ephemeral ports, so that nobody is given
/// one by chance: where a test says that nothing listens, a dev server of the test beside it must not.
/// </summary>
internal static class PortPool
{
    private const int First = 10_000;
    private const int Last = 19_999;

    private static readonly Lock Gate = new();
    private static readonly List<FileStream> Held = [];
    private static int _next = First + Random.Shared.Next(Last - First);

    public static int Take()
    {
        lock (Gate)
        {
            for (var tried = 0; tried <= Last - First; tried++)
            {
                var port = _next;
                _next = _next == Last ? First : _next + 1;
                if (TryLock(port) is not { } file) continue;
                if (IsFree(port))
                {
                    Held.Add(file);
                    return port;
                }

                file.Dispose();
            }
        }

        throw new InvalidOperationException($"No port from {First} to {Last} is free.");
    }

    private static FileStream? TryLock(int port)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "signalbox-test-ports"));
        try
        {
            return new FileStream(Path.Combine(folder.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            foreach (var address in new[] { IPAddress.Any, IPAddress.IPv6Loopback })
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, port));
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
