using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// What comes in, record by record. The TLS library is given whole records only, one at a time: so it never waits in the middle of one, keeps nothing
/// between two reads, and holds no buffer while a client is slow. Whatever has to be waited for is waited for here, in the transport's own pipe.
/// </summary>
internal sealed class RecordInput(PipeReader input)
{
    private ReadOnlySequence<byte> _held;
    private bool _isHolding;
    private bool _isCompleted;

    /// <summary>Octets of the record at hand that have not been taken yet.</summary>
    private int _left;

    /// <summary>1 while a cancellation has been asked for and nobody has been told.</summary>
    private int _cancelled;

    /// <summary>All that has come and not been taken; valid until the next wait.</summary>
    public ReadOnlySequence<byte> Held => _held;

    /// <summary>There is nothing and never will be.</summary>
    public bool HasEnded => _isHolding && _isCompleted && _held.IsEmpty;

    /// <summary>True, once, after <see cref="Cancel"/>.</summary>
    public bool TakeCancellation() => Volatile.Read(ref _cancelled) == 1 && Interlocked.Exchange(ref _cancelled, 0) == 1;

    /// <summary>Ends the wait under way, or the next one. From any thread.</summary>
    public void Cancel()
    {
        Volatile.Write(ref _cancelled, 1);
        input.CancelPendingRead();
    }

    /// <summary>Takes what has come meanwhile, without waiting.</summary>
    public void Look()
    {
        if (!_isHolding && input.TryRead(out var read)) Take(read);
    }

    /// <summary>Octets of the next record that are there. 0 when it is not there whole; at the end of all, what is left of one is as good as whole.</summary>
    public int Next()
    {
        if (_left > 0 || !_isHolding) return _left;
        var length = TlsRecord.Of(_held)?.WholeLength;
        if (length <= _held.Length) return _left = length.Value;
        return _isCompleted ? _left = (int)_held.Length : 0;
    }

    /// <summary>Takes of the record at hand what there is room for.</summary>
    public int Read(Span<byte> into)
    {
        var count = Math.Min(into.Length, Next());
        var taken = _held.Slice(0, count);
        taken.CopyTo(into);
        _held = _held.Slice(taken.End);
        _left -= count;
        return count;
    }

    /// <summary>Gives back what has been taken. To be called before nothing is read for a while.</summary>
    public void Release()
    {
        if (!_isHolding) return;
        // A whole record that is left is to be shown again at once; of a part, there is to be more first.
        input.AdvanceTo(_held.Start, Next() > 0 ? _held.Start : _held.End);
        (_isHolding, _held, _left) = (false, default, 0);
    }

    /// <summary>Gives back what has been taken and waits for more than there is; the result goes to <see cref="Take"/>.</summary>
    public ValueTask<ReadResult> MoreAsync(CancellationToken cancellation)
    {
        if (_isHolding) input.AdvanceTo(_held.Start, _held.End);
        (_isHolding, _held, _left) = (false, default, 0);
        return input.ReadAsync(cancellation);
    }

    public void Take(in ReadResult read) => (_held, _isCompleted, _isHolding) = (read.Buffer, read.IsCompleted, true);

    /// <summary>Waits until a record is there, or the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, by the token or by <see cref="Cancel"/>.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        Look();
        while (Next() == 0 && !HasEnded)
        {
            Take(await MoreAsync(cancellation));
            if (Volatile.Read(ref _cancelled) == 1) throw new OperationCanceledException("The read was cancelled.");
        }
    }
}
