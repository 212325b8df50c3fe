using System.Net.Sockets;
using Signalbox.Model;

namespace Signalbox.Tests.Cli;

/// <summary>What a killed daemon and a killed command leave in a home.</summary>
internal static class Leftovers
{
    /// <summary>A socket nobody listens on. (Disposing a bound socket would remove its file, so it is bound under another name and renamed.)</summary>
    public static void Socket(HomeLayout home)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(home.AdminSocket + ".old"));
        File.Move(home.AdminSocket + ".old", home.AdminSocket);
    }

    public static void Locks(HomeLayout home)
    {
        File.WriteAllText(home.StartLock, "99999");
        File.WriteAllText(home.DaemonLock, "99999");
    }
}
