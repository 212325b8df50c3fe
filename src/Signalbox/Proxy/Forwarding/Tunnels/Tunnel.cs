using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Forwarding.Tunnels;

/// <summary>
/// A backend's connection that has left HTTP, and is joined with a client: raw bytes, no timeout, and no buffer while nothing comes. Each side's end is
/// passed on as a half-close and the other may go on talking; where the client cannot be told (see <see cref="ITunnelClient.EndOutputAsync"/>), the backend's end
/// is the end of all.
/// </summary>
/// <param name="backend">Connected; the tunnel's from now on.</param>
/// <param name="loop">Where it may be used; null on the framework's sockets.</param>
/// <param name="said">What the backend has said behind its head.</param>
/// <param name="time">For <see cref="Patience"/>.</param>
internal sealed class Tunnel(IStreamSocket backend, EventLoop? loop, byte[] said, TimeProvider time)
{
    /// <summary>
    /// How long a client whose backend has ended its side may send nothing before it is taken for gone. It has been told and usually ends at once. One that
    /// does not would keep two descriptors and a backend's half-closed socket for as long as it likes; a minute is what an idle connection gets elsewhere, too.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Room for what comes slowly: a block of the server's.</summary>
    private const int SmallRead = 4 * 1024;

    /// <summary>Room while much comes: one whole TLS record (RFC 8446 5.1).</summary>
    private const int LargeRead = 16 * 1024;

    private byte[] _said = said;
    private long _passedUp;
    private volatile bool _isOver;

    /// <summary>On a connection that the server has let go of.</summary>
    public Task RunOnAsync(ConnectionContext connection) => RunAsync(new ConnectionClient(connection));

    /// <summary>Until both have ended; then the backend's connection is closed.</summary>
    /// <param name="client">Disposed at the end.</param>
    public async Task RunAsync(ITunnelClient client)
    {
        await HereAsync();
        Task up;
        bool isWhole;
        // Not beyond the backend's end: what the client has sent before it went is still to arrive there.
        using (client.Gone.UnsafeRegister(static socket => ((IStreamSocket)socket!).Close(), backend))
        {
            up = UpAsync(client);
            isWhole = await DownAsync(client);
        }

        if (isWhole && !up.IsCompleted && await EndAsync(client)) await WaitAsync(up);
        _isOver = true;
        client.Input.CancelPendingRead();
        backend.Close();
        await up;
        client.Dispose();
        // What the client was still saying to a backend that had ended is no fault of the way down, which has all come.
        if (!isWhole) client.Abort();
    }

    private LoopSwitch HereAsync() => new(loop, always: false);

    private static async ValueTask<bool> EndAsync(ITunnelClient client)
    {
        try
        {
            return await client.EndOutputAsync();
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return false;
        }
    }

    /// <summary>Until the client has ended its side too, or has sent nothing for too long.</summary>
    private async Task WaitAsync(Task up)
    {
        long before;
        do
        {
            before = Volatile.Read(ref _passedUp);
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(up, Task.Delay(Patience, time, ended.Token));
            await ended.CancelAsync();
        }
        while (!up.IsCompleted && Volatile.Read(ref _passedUp) != before);
    }

    private async Task UpAsync(ITunnelClient client)
    {
        try
        {
            var input = client.Input;
            while (true)
            {
                var read = await input.ReadAsync();
                await HereAsync();
                try
                {
                    // A stopping server cancels reads as well; its drain bounds the tunnel's time.
                    if (_isOver) return;
                    if (!read.Buffer.IsEmpty) await backend.SendAsync(read.Buffer);
                    Volatile.Write(ref _passedUp, _passedUp + read.Buffer.Length);
                }
                finally
                {
                    input.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted) break;
            }

            await backend.ShutdownSendAsync();
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            // The other direction has nobody left to talk to.
            backend.Close();
        }
    }

    /// <returns>False when it broke off rather than ended.</returns>
    private async Task<bool> DownAsync(ITunnelClient client)
    {
        try
        {
            var output = client.Output;
            if (_said.Length > 0)
            {
                output.Write(_said);
                _said = [];
                if ((await output.FlushAsync()).IsCompleted) return false;
                await HereAsync();
            }

            for (var room = SmallRead; ;)
            {
                _ = await backend.ReceiveAsync(Memory<byte>.Empty);
                var buffer = output.GetMemory(room);
                var count = await backend.ReceiveAsync(buffer);
                if (count == 0) return true;
                room = count == buffer.Length ? LargeRead : SmallRead;
                output.Advance(count);
                // A client that takes nothing any more is gone.
                if ((await output.FlushAsync()).IsCompleted) return false;
                await HereAsync();
            }
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return false;
        }
    }
}
