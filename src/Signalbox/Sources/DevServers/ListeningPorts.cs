using System.Net;
using System.Net.Sockets;

namespace Signalbox.Sources.DevServers;

/// <summary>Where a process tree listens, and who listens on a port.</summary>
internal static class ListeningPorts
{
    /// <summary>The sockets on which this process or one below it accepts connections from this machine; Linux only.</summary>
    public static IReadOnlyList<ListeningSocket> OfTree(int process)
    {
        // The processes first: a tree without sockets needs no look at the tables, which are long on a busy machine.
        var held = ProcessTree.Of(process).SelectMany(ProcessTree.Sockets).ToHashSet();
        return held.Count == 0 ? [] : [.. ListenTable.Read().Where(socket => held.Contains(socket.Inode))];
    }

    /// <summary>A process of the tree that holds this socket; null when it is gone, or the system does not tell.</summary>
    public static (int Process, long Socket)? HolderInTree(int process, long socket) =>
        ProcessTree.Of(process).Where(member => ProcessTree.Sockets(member).Contains(socket)).Select(member => ((int, long)?)(member, socket)).FirstOrDefault();

    /// <summary>Who listens on this port of a loopback address: <c>node vite (process 4711)</c>; null when nobody does.</summary>
    public static string? Holder(int port)
    {
        if (!ListenTable.Available) return Bindable(port) ? null : "another process";
        var inodes = ListenTable.Read().Where(socket => socket.Port == port && socket.OnLoopback).Select(socket => socket.Inode).ToHashSet();
        if (inodes.Count == 0) return null;
        foreach (var process in ProcessTree.All())
        {
            if (ProcessTree.Sockets(process).Any(inodes.Contains)) return $"{ProcessTree.Command(process) ?? "a process"} (process {process})";
        }

        return "a process of another user";
    }

    private static bool Bindable(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
