using System.Buffers.Binary;
using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>Frames over a stream (RFC 9113 4.1), whole ones one at a time.</summary>
internal sealed class Frames(Stream stream) : IDisposable
{
    private const int HeadBytes = 9;

    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>The next; null when the connection has ended in order.</summary>
    /// <exception cref="IOException">It has ended otherwise.</exception>
    public async Task<(FrameType Type, byte Flags, int Id, byte[] Payload)?> NextAsync()
    {
        var head = new byte[HeadBytes];
        if (await stream.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes) return null;
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await stream.ReadExactlyAsync(payload);
        return ((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }

    /// <exception cref="EndedException">The connection has ended.</exception>
    public async Task SendAsync(FrameType type, byte flags, int id, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[HeadBytes + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame.AsMemory(HeadBytes));
        await _sending.WaitAsync();
        try
        {
            await stream.WriteAsync(frame);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new EndedException();
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task SendNumberAsync(FrameType type, int id, int number)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        return SendAsync(type, 0, id, payload);
    }

    public Task SendPrefaceAsync(ReadOnlyMemory<byte> octets) => stream.WriteAsync(octets).AsTask();

    public void Dispose() => _sending.Dispose();
}
