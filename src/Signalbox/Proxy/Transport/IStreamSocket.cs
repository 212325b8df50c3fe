using System.Buffers;

namespace Signalbox.Proxy.Transport;

/// <summary>
/// A connected stream socket as the lane uses it, whatever lies under it. One reader and one writer at a time. What a peer or the network can cause is
/// an <see cref="IOException"/>; so is an operation that <see cref="Close"/> has ended.
/// </summary>
internal interface IStreamSocket
{
    /// <summary>Reads what there is, at least one byte. 0 means that the peer has ended its side.</summary>
    /// <param name="into">With no room: waits until there is something to read, or the end, and returns 0; so that no buffer is held meanwhile.</param>
    /// <exception cref="IOException">Reset or closed.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> into);

    /// <summary>Sends the whole.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends the whole, gathered into as few system calls as possible.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    ValueTask SendAsync(ReadOnlySequence<byte> bytes);

    /// <summary>False when there is something to read or the peer has closed. An idle connection that is not fresh is of no more use.</summary>
    bool IsFresh { get; }

    /// <summary>Ends our sending and nothing else: the peer reads the end and may go on talking.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    ValueTask ShutdownSendAsync();

    /// <summary>Ends the connection, from any thread and any number of times. Pending operations end with an <see cref="IOException"/>.</summary>
    void Close();
}
