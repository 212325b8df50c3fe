using System.Globalization;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Tests.Support;

/// <summary>This process's own listening sockets, found as anybody finds them.</summary>
internal static class ListeningSocket
{
    private const int Both = 2;

    /// <summary>Ends the one on a port of 127.0.0.1 behind its owner's back, as <c>ss --kill</c> would: it stays open, and listens no more.</summary>
    public static void End(int port)
    {
        var local = $"0100007F:{port:X4}";
        var inode = File.ReadLines("/proc/self/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Single(fields => fields[1] == local && fields[3] == "0A")[9];
        var descriptor = Directory.EnumerateFiles("/proc/self/fd").Single(file => new FileInfo(file).LinkTarget == $"socket:[{inode}]");
        Libc.Shutdown(int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture), Both).ShouldBe(0);
    }
}
