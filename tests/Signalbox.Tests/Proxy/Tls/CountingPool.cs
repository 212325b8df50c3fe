using System.Buffers;

namespace Signalbox.Tests.Proxy.Tls;

/// <summary>Blocks of 4 KiB, as a connection's own pool has them, and how many are out.</summary>
internal sealed class CountingPool : MemoryPool<byte>
{
    private int _out;

    public override int MaxBufferSize => 4096;

    /// <summary>Blocks that somebody holds now.</summary>
    public int Out => Volatile.Read(ref _out);

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _out);
        return new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(CountingPool pool) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = new byte[4096];

        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is not null) Interlocked.Decrement(ref pool._out);
        }
    }
}
