using System.Net.Sockets;

namespace Signalbox.EndToEnd.Support;

/// <summary>What every backend on bare sockets begins with.</summary>
internal static class Accepting
{
    /// <summary>Hands each connection on, until the listening socket is disposed.</summary>
    public static async Task RunAsync(Socket listener, Action<Socket> accepted)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            accepted(socket);
        }
    }
}
