using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>Buffer pools that know how many of their buffers are out.</summary>
internal sealed class CountingPool : IMemoryPoolFactory<byte>
{
    private int _rented;
    private int _rentedEver;

    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Since the start, those that were given back included.</summary>
    public int RentedEver => Volatile.Read(ref _rentedEver);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(this);

    private sealed class Pool(CountingPool counts) : MemoryPool<byte>
    {
        public override int MaxBufferSize => 4096;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref counts._rented);
            Interlocked.Increment(ref counts._rentedEver);
            return new Owner(counts);
        }

        protected override void Dispose(bool disposing)
        {
            // Its buffers are the collector's.
        }
    }

    private sealed class Owner(CountingPool counts) : IMemoryOwner<byte>
    {
        private int _isReturned;

        public Memory<byte> Memory { get; } = new byte[4096];

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) != 0) throw new InvalidOperationException("A buffer was returned twice.");
            Interlocked.Decrement(ref counts._rented);
        }
    }
}
