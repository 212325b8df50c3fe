using System.Buffers;
using System.Text;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// Takes a chunked body (RFC 9112 7.1) apart without holding any of it; of trailers it holds a line that is not all there yet. It may be fed in pieces
/// of any size and decides the same. Use: while there is neither data left nor the end, give it what there is and drop what it used; then take
/// <see cref="DataLeft"/> octets of data, in any number of steps, and tell it.
/// </summary>
internal sealed class ChunkedDecoder
{
    /// <summary>Digits of a size. Some senders write leading zeros up to a fixed width, at most that of 64 bits.</summary>
    private const int MaxDigits = 16;

    /// <summary>Octets. No sum of sizes in the life of a connection comes near to overflowing.</summary>
    private const long MaxChunk = (1L << 60) - 1;

    /// <summary>
    /// Octets of extensions (RFC 9112 7.1.1: a recipient ought to limit them) beyond what came as data. No service in use sends any; but of a body that is
    /// long, a few octets with each chunk pass, and of many tiny chunks with long ones none do.
    /// </summary>
    private const int MaxExtensions = 4096;

    /// <summary>Octets, line ends included. The largest in use are gRPC's details of an error, for which its clients allow 8 KB.</summary>
    private const int MaxTrailerBytes = 16 * 1024;

    /// <summary>gRPC sends two to five.</summary>
    private const int MaxTrailers = 64;

    private const string Broken = "its chunks do not fit together";

    private readonly ArrayBufferWriter<byte> _held = new();
    private List<KeyValuePair<string, string>>? _trailers;
    private State _state;
    private long _size;
    private int _digits;
    private long _extensions;
    private int _trailerBytes;

    /// <summary>Where the next octet of the framing stands.</summary>
    private enum State : byte { FirstDigit, Size, Padding, Extension, SizeLf, Data, DataCr, DataLf, Trailers, Complete }

    /// <summary>Octets of the present chunk that are still to be taken.</summary>
    public long DataLeft { get; private set; }

    /// <summary>True once the whole body and its trailers have been read.</summary>
    public bool IsComplete => _state == State.Complete;

    /// <summary>The fields behind the last chunk, all of them, as sent: whoever passes them on leaves out what frames or routes (RFC 9110 6.5.1).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers => _trailers ?? [];

    /// <summary>Begins with another body.</summary>
    public void Reset()
    {
        (_state, DataLeft, _size, _digits, _extensions, _trailerBytes, _trailers) = (State.FirstDigit, 0, 0, 0, 0, 0, null);
        _held.ResetWrittenCount();
    }

    /// <summary>
    /// Octets of framing used: as many as there are before data or behind the end. More is needed while afterwards there is neither data left nor the end.
    /// </summary>
    /// <exception cref="ProtocolException">It is no chunked body, or has two readings.</exception>
    public int TakeFraming(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && _state is not (State.Data or State.Complete))
        {
            if (_state == State.Trailers) at += TakeTrailers(bytes[at..]);
            else if (_state == State.Extension) at += TakeExtension(bytes[at..]);
            else Take(bytes[at++]);
        }

        return at;
    }

    /// <summary>So many octets of data have been taken.</summary>
    /// <param name="count">0 to <see cref="DataLeft"/>.</param>
    public void TookData(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, DataLeft);
        DataLeft -= count;
        if (DataLeft == 0 && _state == State.Data) _state = State.DataCr;
    }

    /// <summary>One octet of a size line, or of the line end behind data.</summary>
    private void Take(byte octet) => _state = (_state, octet) switch
    {
        (State.FirstDigit or State.Size, _) when char.IsAsciiHexDigit((char)octet) => TakeDigit(octet),
        // Sizes padded with spaces are sent by some; every reader skips them. RFC 9112 7.1.1 has such space before an extension.
        (State.Size or State.Padding, (byte)' ' or (byte)'\t') => Count(1, State.Padding),
        (State.Size or State.Padding, (byte)';') => Count(1, State.Extension),
        (State.Size or State.Padding, (byte)'\r') => State.SizeLf,
        (State.SizeLf, (byte)'\n') => BeginChunk(),
        (State.DataCr, (byte)'\r') => State.DataLf,
        (State.DataLf, (byte)'\n') => State.FirstDigit,
        _ => throw new ProtocolException(Broken),
    };

    private State TakeDigit(byte octet)
    {
        if (_state == State.FirstDigit) (_size, _digits) = (0, 0);
        // Before the shift, so that it cannot overflow.
        if (++_digits > MaxDigits || _size > MaxChunk >> 4) throw new ProtocolException("a chunk of its answer is too large");
        _size = (_size << 4) + Octets.HexValue(octet);
        return State.Size;
    }

    private int TakeExtension(ReadOnlySpan<byte> bytes)
    {
        // A quoted string cannot hold a line's end either, so the line ends at the first one.
        var count = Octets.Run(bytes, Octets.FieldValue);
        _state = Count(count, State.Extension);
        if (count == bytes.Length) return count;
        if (bytes[count] != '\r') throw new ProtocolException(Broken);
        _state = State.SizeLf;
        return count + 1;
    }

    private State Count(int octets, State next)
    {
        _extensions += octets;
        return _extensions <= MaxExtensions ? next : throw new ProtocolException("its chunks have too long extensions");
    }

    private State BeginChunk()
    {
        if (_size == 0) return State.Trailers;
        _extensions = Math.Max(0, _extensions - _size);
        DataLeft = _size;
        return State.Data;
    }

    private int TakeTrailers(ReadOnlySpan<byte> bytes)
    {
        var found = bytes.IndexOf((byte)'\n');
        var count = found < 0 ? bytes.Length : found + 1;
        // Whatever does not end is cut off at the same octet, in however many pieces it comes.
        if (count > MaxTrailerBytes - _trailerBytes) throw new ProtocolException("its trailer section is too large");
        _trailerBytes += count;
        if (found < 0 || _held.WrittenCount > 0) _held.Write(bytes[..count]);
        if (found < 0) return count;
        AddTrailer(_held.WrittenCount > 0 ? _held.WrittenSpan : bytes[..count]);
        _held.ResetWrittenCount();
        return count;
    }

    private void AddTrailer(ReadOnlySpan<byte> line)
    {
        if (!line.EndsWith("\r\n"u8)) throw new ProtocolException("a line of its trailer section ends in a line feed alone");
        if (line.Length == 2)
        {
            _state = State.Complete;
            return;
        }

        var field = FieldLine.Parse(line[..^2]);
        _trailers ??= [];
        if (_trailers.Count == MaxTrailers) throw new ProtocolException("its answer has too many trailers");
        _trailers.Add(new(FieldNames.Of(field.Name), Encoding.Latin1.GetString(field.Value)));
    }
}
