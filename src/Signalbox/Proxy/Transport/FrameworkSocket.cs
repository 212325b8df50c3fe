using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Signalbox.Proxy.Transport;

/// <summary>A connection on the framework's own socket layer, in clear or over TLS.</summary>
/// <param name="socket">Connected; the stream owns it.</param>
/// <param name="stream">On it: a <see cref="NetworkStream"/>, or an <see cref="SslStream"/> over one.</param>
internal sealed class FrameworkSocket(Socket socket, Stream stream) : IStreamSocket
{
    public bool IsFresh
    {
        get
        {
            try
            {
                return !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        var reading = stream.ReadAsync(into);
        return reading.IsCompletedSuccessfully ? reading : TranslatedAsync(reading);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var writing = stream.WriteAsync(bytes);
        return writing.IsCompletedSuccessfully ? writing : TranslatedAsync(writing);
    }

    public ValueTask SendAsync(ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment ? SendAsync(bytes.First) : TranslatedAsync(stream is SslStream ? SendInTurnAsync(bytes) : GatherAsync(bytes));

    public ValueTask ShutdownSendAsync() => TranslatedAsync(EndSendingAsync());

    public void Close() => stream.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> TranslatedAsync(ValueTask<int> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            throw Closed(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask TranslatedAsync(ValueTask operation)
    {
        try
        {
            await operation;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            throw Closed(exception);
        }
    }

    private static IOException Closed(Exception inner) => new(inner is SocketException ? inner.Message : "The connection is closed.", inner);

    private async ValueTask SendInTurnAsync(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes) await stream.WriteAsync(segment);
    }

    private async ValueTask GatherAsync(ReadOnlySequence<byte> bytes)
    {
        var pieces = new List<ArraySegment<byte>>();
        while (!bytes.IsEmpty)
        {
            pieces.Clear();
            foreach (var segment in bytes)
            {
                // Every pipe's memory is an array's, but nobody promises it.
                pieces.Add(MemoryMarshal.TryGetArray(segment, out var array) ? array : segment.ToArray());
            }

            bytes = bytes.Slice(await socket.SendAsync(pieces, SocketFlags.None));
        }
    }

    private async ValueTask EndSendingAsync()
    {
        if (stream is SslStream secure) await secure.ShutdownAsync();
        socket.Shutdown(SocketShutdown.Send);
    }
}
