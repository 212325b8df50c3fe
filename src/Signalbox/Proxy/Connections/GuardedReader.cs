using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Shows the server behind it only octets that the <see cref="RequestScanner"/> has found good: slices of the inner reader's own buffer, never copies.
/// <para>
/// Of what the inner reader holds, <c>_seen</c> octets are scanned, of these <c>_open</c> may be shown, and of these <c>_examined</c> have been looked at
/// (0 &lt;= _examined &lt;= _open &lt;= _seen). The inner read stays open until everything shown has been examined. So the inner reader is only ever told
/// "examined up to what is scanned", which never goes backwards, as its contract demands.
/// </para>
/// <para>
/// A message is scanned only when the one before has been taken away whole. So when a head turns out bad, the server has finished everything
/// before it and is waiting for a request.
/// </para>
/// </summary>
internal sealed class GuardedReader(PipeReader inner, RequestScanner scanner, HeadRefuser refuser) : PipeReader, IGuardFeature
{
    private ReadOnlySequence<byte> _held;
    private bool _isHolding;
    private bool _isCompleted;
    private bool _passesThrough;
    private bool _hasEnded;
    private long _seen;
    private long _open;
    private long _examined;

    /// <summary>1 while a cancellation has been asked for and not been shown.</summary>
    private int _cancelled;

    private enum Decision { Wait, Show, Refuse }

    public Refusal? Refused => scanner.Refusal;

    /// <summary>Why the connection is given up, in a head or in a body; null when it is not.</summary>
    public Refusal? LastRefusal { get; private set; }

    /// <summary>The connection is given up in the middle of a body, so what is left of it is to be read away, and by nobody before.</summary>
    public bool IsBodyRefused => scanner.Refusal is not null && scanner.IsInBody;

    // No queue of heads is needed: the next one is not looked at before the server asks for it, and it asks only when the request at hand is over.
    public IReadOnlyList<string> Connection => scanner.Connection;

    public void PassThrough()
    {
        if (!scanner.AsksUpgrade) throw new InvalidOperationException("The request did not ask for an upgrade.");
        _passesThrough = true;
    }

    public void HandOver(Func<ConnectionContext, Task> successor)
    {
        if (!_passesThrough) throw new InvalidOperationException("The connection has not left HTTP.");
        Successor = successor;
    }

    /// <summary>Who has the connection after HTTP; null when it ends with that.</summary>
    public Func<ConnectionContext, Task>? Successor { get; private set; }

    /// <summary>The server's end is not the connection's.</summary>
    public bool IsKept => IsBodyRefused || Successor is not null;

    /// <summary>Set by whoever has the connection's other direction.</summary>
    public HeldOutput? Output { get; set; }

    public ValueTask SendInterimAsync(ReadOnlyMemory<byte> head) => Output?.WriteBetweenAsync(head) ?? default;

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        if (!_hasEnded)
        {
            if (!_isHolding)
            {
                if (!inner.TryRead(out var read)) return false;
                Take(read);
            }

            switch (Decide())
            {
                case Decision.Wait:
                    Release();
                    return false;
                // The answer needs a wait, so that it is left to ReadAsync; a bad body fails here.
                case Decision.Refuse when IsHeadRefused:
                    return false;
                case Decision.Refuse:
                    throw BodyRefused();
            }
        }

        result = Result();
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_hasEnded) return new(Result());
        if (_isHolding && Decide() == Decision.Show) return new(Result());
        if (!_isHolding)
        {
            // The good case is a whole message in one piece: no state machine is made for it.
            var reading = inner.ReadAsync(cancellationToken);
            if (!reading.IsCompletedSuccessfully) return ReadSlowlyAsync(reading, cancellationToken);
            Take(reading.Result);
            if (Decide() == Decision.Show) return new(Result());
        }

        return ReadSlowlyAsync(default, cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_hasEnded) return;
        if (!_isHolding) throw new InvalidOperationException("There is no read to finish.");
        var start = _held.GetOffset(_held.Start);
        var gone = _held.GetOffset(consumed) - start;
        var looked = Math.Max(gone, _held.GetOffset(examined) - start);
        if (looked > _open) throw new ArgumentOutOfRangeException(nameof(examined), "More was examined than was shown.");
        _held = _held.Slice(gone);
        (_seen, _open) = (_seen - gone, _open - gone);
        _examined = Math.Max(_examined - gone, looked - gone);
        // What is shown and not examined is shown again at the next read, without asking the inner reader.
        if (_examined == _open) Release();
    }

    public override void CancelPendingRead()
    {
        Volatile.Write(ref _cancelled, 1);
        inner.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null)
    {
        if (!EndHeld()) inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null) => EndHeld() ? default : inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadSlowlyAsync(ValueTask<ReadResult> reading, CancellationToken cancellationToken)
    {
        var isReading = !_isHolding;
        while (true)
        {
            if (isReading) Take(await reading);
            switch (Decide())
            {
                case Decision.Show:
                    return Result();
                case Decision.Refuse when IsHeadRefused:
                    await RefuseHeadAsync();
                    return Result();
                case Decision.Refuse:
                    throw BodyRefused();
                default:
                    if (scanner.IsInHead) refuser.HeadBegan(inner);
                    Release();
                    reading = inner.ReadAsync(cancellationToken);
                    isReading = true;
                    break;
            }
        }
    }

    /// <summary>Ends this reader. True when the inner one is still needed, to be drained or by who comes after.</summary>
    private bool EndHeld()
    {
        _hasEnded = true;
        refuser.Dispose();
        if (!IsKept) return false;
        if (_isHolding && Successor is not null) inner.AdvanceTo(_held.Start, _held.GetPosition(_examined));
        else if (_isHolding) inner.AdvanceTo(_held.End);
        (_isHolding, _held) = (false, default);
        return true;
    }

    private bool IsHeadRefused => scanner.Refusal is null || !scanner.IsInBody;

    private void Take(in ReadResult read)
    {
        (_held, _isCompleted, _isHolding) = (read.Buffer, read.IsCompleted, true);
        Scan();
    }

    private void Scan()
    {
        if (scanner.IsDone && _open == _examined && !_passesThrough) scanner.Next();
        if (scanner.IsDone && _passesThrough)
        {
            _seen = _open = _held.Length;
            return;
        }

        var shown = _open;
        if (_held.IsSingleSegment) _seen += scanner.Scan(_held.FirstSpan[(int)_seen..]);
        else ScanPieces();

        _open = _seen - scanner.Held;
        if (!scanner.IsInHead) refuser.HeadEnded();
        if (scanner.EmptyLine > 0 && _open > shown) DropEmptyLine(isFirst: shown == 0);
    }

    private void ScanPieces()
    {
        foreach (var piece in _held.Slice(_seen))
        {
            var taken = scanner.Scan(piece.Span);
            _seen += taken;
            if (taken < piece.Length) break;
        }
    }

    /// <summary>The head behind the empty line is good. When nothing stands before the line it is cut off; else it is shown, which does no harm.</summary>
    private void DropEmptyLine(bool isFirst)
    {
        var length = scanner.TakeEmptyLine();
        if (!isFirst) return;
        _held = _held.Slice(length);
        (_seen, _open) = (_seen - length, _open - length);
    }

    private Decision Decide()
    {
        if (_open > _examined) return Decision.Show;
        if (scanner.Refusal is not null) return Decision.Refuse;
        if (scanner.IsInHead && !_passesThrough)
        {
            // A stopping server lets a head that has begun come to its end; the head's time limit bounds the wait.
            if (_isCompleted || refuser.IsLate) return Decision.Refuse;
            return Decision.Wait;
        }

        return _isCompleted || Volatile.Read(ref _cancelled) == 1 ? Decision.Show : Decision.Wait;
    }

    private ReadResult Result()
    {
        if (_hasEnded) return new ReadResult(default, Interlocked.Exchange(ref _cancelled, 0) == 1, isCompleted: true);
        // The end is told only when there is nothing new beside it: told together with a body's last octets, the server would take the body for cut off.
        return new ReadResult(_held.Slice(0, _open), Interlocked.Exchange(ref _cancelled, 0) == 1, _isCompleted && _open == _examined);
    }

    private async ValueTask RefuseHeadAsync()
    {
        var refusal = scanner.Refusal ?? (refuser.IsLate ? Refusal.TooSlow : Refusal.CutOff);
        LastRefusal = refusal;
        await refuser.RefuseAsync(inner, _held.End, refusal);
        (_hasEnded, _isHolding, _held) = (true, false, default);
    }

    /// <summary>
    /// The server answers this exception with its status if no response has begun; in any case it ends the request and closes the connection.
    /// Nothing after the bad octet is ever shown: the scanner takes no more.
    /// </summary>
    private BadHttpRequestException BodyRefused()
    {
        LastRefusal = scanner.Refusal!;
        return new(LastRefusal.Text, LastRefusal.Status);
    }

    private void Release()
    {
        _isHolding = false;
        inner.AdvanceTo(_held.Start, _seen == _held.Length ? _held.End : _held.GetPosition(_seen));
        _held = default;
    }
}
