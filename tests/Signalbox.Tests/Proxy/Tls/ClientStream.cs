using System.IO.Pipelines;
using Signalbox.Proxy.Tls;

namespace Signalbox.Tests.Proxy.Tls;

/// <summary>A client's end of two pipes. It keeps what it has read, and can send in pieces as small as one octet.</summary>
internal sealed class ClientStream(PipeReader input, PipeWriter output) : DuplexStream
{
    private readonly Stream _input = input.AsStream();
    private readonly MemoryStream _read = new();

    /// <summary>Octets of a write that are sent at once.</summary>
    public int PieceLength { get; set; } = int.MaxValue;

    /// <summary>The types of the TLS records that have been read whole.</summary>
    public IReadOnlyList<byte> RecordTypes
    {
        get
        {
            var types = new List<byte>();
            var bytes = _read.ToArray().AsSpan();
            while (bytes.Length >= 5 && bytes.Length >= 5 + ((bytes[3] << 8) | bytes[4]))
            {
                types.Add(bytes[0]);
                bytes = bytes[(5 + ((bytes[3] << 8) | bytes[4]))..];
            }

            return types;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _input.ReadAsync(buffer, cancellationToken);
        _read.Write(buffer.Span[..count]);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(buffer.Length, PieceLength)];
            await output.WriteAsync(piece, cancellationToken);
            buffer = buffer[piece.Length..];
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
