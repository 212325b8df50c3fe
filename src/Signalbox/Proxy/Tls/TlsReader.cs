using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.CompilerServices;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// The decrypted input of a connection. It waits in the transport's pipe and nowhere else: a whole record that has come is decrypted without waiting, into
/// memory as large as it is, and those that have come with it too, so that a large body is read in large pieces. What is not asked for is not decrypted.
/// </summary>
internal sealed class TlsReader(SslStream tls, RecordInput input, MemoryPool<byte> pool) : PipeReader
{
    /// <summary>
    /// Octets decrypted for one read: four full records, as many as the transport receives at once, so that they go to a backend in one call. What was decrypted is no
    /// longer held by the transport.
    /// </summary>
    private const int MostBytes = 4 * TlsRecord.MostPlain;

    private readonly PlainBytes _plain = new(pool);

    /// <summary>Octets of what is there that have been looked at.</summary>
    private long _examined;

    /// <summary>A read of the library's that waits, which is rare: for more after a record without data, as a change of keys is.</summary>
    private ValueTask<int> _decrypting;
    private bool _isDecrypting;
    private bool _hasEnded;
    private bool _isDone;
    private Exception? _failure;

    public override bool TryRead(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        var isThere = Fill();
        var isCanceled = input.TakeCancellation();
        result = isThere || isCanceled ? Result(isCanceled) : default;
        return isThere || isCanceled;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return TryRead(out var result) ? new(result) : ReadSlowlyAsync(cancellationToken);
        }
        catch (Exception exception) when (exception == _failure)
        {
            return ValueTask.FromException<ReadResult>(exception);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isDone || _plain.IsEmpty) return;
        var all = _plain.All;
        var gone = all.Slice(all.Start, consumed).Length;
        _examined = Math.Max(_examined, all.Slice(all.Start, examined).Length) - gone;
        _plain.Use(consumed);
    }

    public override void CancelPendingRead() => input.Cancel();

    public override void Complete(Exception? exception = null)
    {
        if (_isDone) return;
        _isDone = true;
        // A read of the library's that still waits writes into that memory; then it is left to the collector.
        if (!_isDecrypting) _plain.Clear();
    }

    /// <summary>Decrypts what is there, unless there is something still to be looked at.</summary>
    /// <returns>True when there is something to show: bytes or the end.</returns>
    private bool Fill()
    {
        if (_plain.Length > _examined || _hasEnded) return true;
        if (_failure is not null) throw _failure;
        try
        {
            if (_isDecrypting && !TryFinish()) return false;
            Decrypt();
        }
        catch (Exception exception) when (!IsCancelled(exception))
        {
            // What came before it is good, and is shown first.
            _failure = exception;
            if (_plain.Length == _examined) throw;
        }
        catch (Exception)
        {
            // A cancelled read shows nothing.
        }
        finally
        {
            if (!_isDecrypting)
            {
                input.Release();
                _plain.Trim();
            }
        }

        return _plain.Length > _examined || _hasEnded;
    }

    private void Decrypt()
    {
        while (!_hasEnded && _plain.Length - _examined < MostBytes)
        {
            input.Look();
            var record = input.Next();
            if (record == 0)
            {
                _hasEnded = input.HasEnded;
                return;
            }

            // Plaintext is never longer than its record. So nothing is left over in the library.
            Begin(tls.ReadAsync(_plain.Room(Math.Min(record, TlsRecord.MostPlain))));
            if (!TryFinish()) return;
        }
    }

    private void Begin(ValueTask<int> decrypting) => (_decrypting, _isDecrypting) = (decrypting, true);

    private bool TryFinish()
    {
        if (!_decrypting.IsCompleted) return false;
        _isDecrypting = false;
        Take(_decrypting.Result);
        return true;
    }

    private void Take(int count)
    {
        // Nothing is its word for the end: the client's close_notify, or the connection's end.
        if (count == 0) _hasEnded = true;
        else _plain.Advance(count);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadSlowlyAsync(CancellationToken cancellationToken)
    {
        ReadResult result;
        do
        {
            if (_isDecrypting) await FinishAsync();
            else input.Take(await input.MoreAsync(cancellationToken));
        }
        while (!TryRead(out result));

        return result;
    }

    private async ValueTask FinishAsync()
    {
        try
        {
            var count = await _decrypting;
            _isDecrypting = false;
            Take(count);
        }
        catch (Exception exception)
        {
            _isDecrypting = false;
            if (IsCancelled(exception)) return;
            _failure = exception;
            throw;
        }
    }

    /// <summary>After such a read the library goes on where it was.</summary>
    private static bool IsCancelled(Exception exception) => exception is OperationCanceledException or { InnerException: OperationCanceledException };

    private ReadResult Result(bool isCanceled) => new(_plain.All, isCanceled, _hasEnded);
}
