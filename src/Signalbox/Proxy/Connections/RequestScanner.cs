using System.Buffers;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Follows the octets of an HTTP/1.1 connection and refuses whatever could be read in two ways
/// (RFC 9112 2.2, 3, 5.1, 6.1 to 6.3, 7.1, 11.2; RFC 9110 5.5). A pure state machine: it may be fed in pieces of any size,
/// cut anywhere, and decides the same. It stops at the end of each message; <see cref="Next"/> begins the following one.
/// </summary>
internal sealed class RequestScanner(GuardOptions options)
{
    private readonly HeadRules _rules = new();
    private State _state = State.Start;
    private int _lineBytes;
    private int _headerBytes;
    private int _headerCount;
    private int _chunkDigits;
    private int _extensionBytes;
    private long _remaining;

    private enum State : byte
    {
        Start, EmptyLineLf, FirstLetter, Method, TargetStart, Target, Version, VersionLf,
        FieldStart, Name, ValueStart, Value, FieldLf, EndLf,
        Body, ChunkStart, ChunkSize, ChunkExtension, ChunkLf, ChunkData, ChunkDataCr, ChunkDataLf,
        TrailerStart, TrailerName, TrailerValue, TrailerLf, TrailerEndLf,
        Done,
    }

    /// <summary>Null while nothing is wrong. Once set it stays, and nothing more is taken.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The latest octets taken that may not be shown yet: a head, a chunk's size line or a trailer section in the making.</summary>
    public long Held { get; private set; }

    /// <summary>Octets of an empty line before the request line (0 or 2), which RFC 9112 2.2 allows and the server behind need not see.</summary>
    public int EmptyLine { get; private set; }

    /// <summary>The empty line has been dropped; returns its length.</summary>
    public int TakeEmptyLine()
    {
        var length = EmptyLine;
        EmptyLine = 0;
        return length;
    }

    /// <summary>The message has ended; what follows is another one.</summary>
    public bool IsDone => _state == State.Done;

    /// <summary>A head has begun and not ended.</summary>
    public bool IsInHead => _state is > State.FirstLetter and < State.Body;

    /// <summary>The head has ended and the body has not.</summary>
    public bool IsInBody => _state is >= State.Body and < State.Done;

    /// <summary>The message asks for another protocol (RFC 9110 7.8), so that after its end the octets may no longer be HTTP/1.1.</summary>
    public bool AsksUpgrade => _rules.AsksUpgrade;

    /// <summary>The message's Connection fields, where they name more than one usual option. Whole once the head has ended; kept until <see cref="Next"/>.</summary>
    public IReadOnlyList<string> Connection => _rules.Connection;

    /// <summary>Begins the next message. Only after <see cref="IsDone"/>.</summary>
    public void Next()
    {
        _rules.Clear();
        _state = State.Start;
        (_lineBytes, _headerBytes, _headerCount, EmptyLine) = (0, 0, 0, 0);
    }

    /// <summary>Takes octets up to the end of the message, of the data, or to the first one that is refused. Returns how many were taken.</summary>
    public int Scan(ReadOnlySpan<byte> data)
    {
        var at = 0;
        while (at < data.Length && _state != State.Done && Refusal is null)
        {
            var before = at;
            at += Step(data[at..]);
            Held = _state is State.Body or State.ChunkData or State.ChunkDataCr or State.ChunkStart or State.Done ? 0 : Held + (at - before);
        }

        return at;
    }

    /// <summary>
    /// One octet, or a run of octets of one kind, and with it what as a rule ends it where that has come too: most heads come whole, and a step for each
    /// octet between the runs would cost more than the runs. A step that refuses takes what it has found good.
    /// </summary>
    private int Step(ReadOnlySpan<byte> data) => _state switch
    {
        State.Start => Start(data),
        State.EmptyLineLf => EmptyLineLf(data[0]),
        State.FirstLetter or State.Method => Method(data),
        State.TargetStart => TargetStart(data[0]),
        State.Target => Target(data),
        State.Version => Version(data),
        State.VersionLf => LineFeed(data[0], State.FieldStart, counted: Line(1)),
        State.FieldStart => FieldStart(data, State.Name, State.EndLf),
        State.Name => Name(data, State.ValueStart),
        State.ValueStart => ValueStart(data),
        State.Value => Value(data, State.FieldLf),
        State.FieldLf => FieldLf(data[0], State.FieldStart),
        State.EndLf => EndLf(data[0]),
        State.Body => Data(data, State.Done),
        State.ChunkStart => ChunkStart(data[0]),
        State.ChunkSize => ChunkSize(data[0]),
        State.ChunkExtension => ChunkExtension(data),
        State.ChunkLf => ChunkLf(data[0]),
        State.ChunkData => Data(data, State.ChunkDataCr),
        State.ChunkDataCr => data[0] == '\r' ? Go(State.ChunkDataLf) : Refuse(Refusal.ChunkEnd),
        State.ChunkDataLf => data[0] == '\n' ? Go(State.ChunkStart) : Refuse(Refusal.ChunkEnd),
        State.TrailerStart => FieldStart(data, State.TrailerName, State.TrailerEndLf),
        State.TrailerName => Name(data, State.TrailerValue),
        State.TrailerValue => Value(data, State.TrailerLf),
        State.TrailerLf => FieldLf(data[0], State.TrailerStart),
        State.TrailerEndLf => LineFeed(data[0], State.Done, counted: Header(1)),
        _ => 0,
    };

    private int Go(State state)
    {
        _state = state;
        return 1;
    }

    private int Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return 0;
    }

    /// <summary>Counts octets of the request line; false when the limit is passed.</summary>
    private bool Line(int count)
    {
        _lineBytes += count;
        if (_lineBytes <= options.MaxRequestLineBytes) return true;
        Refusal = Refusal.LineTooLong;
        return false;
    }

    /// <summary>Counts octets of header fields and trailers; false when the limit is passed.</summary>
    private bool Header(int count)
    {
        _headerBytes += count;
        if (_headerBytes <= options.MaxHeaderBytes) return true;
        Refusal = Refusal.HeadersTooLarge;
        return false;
    }

    private int LineFeed(byte octet, State next, bool counted)
    {
        if (!counted) return 0;
        return octet == '\n' ? Go(next) : Refuse(Refusal.BareCarriageReturn);
    }

    private int Start(ReadOnlySpan<byte> data)
    {
        // RFC 9112 2.2: a server should ignore at least one empty line before the request line.
        if (data[0] == '\r') return Go(State.EmptyLineLf);
        _state = State.FirstLetter;
        return Method(data);
    }

    private int EmptyLineLf(byte octet)
    {
        EmptyLine = 2;
        return LineFeed(octet, State.FirstLetter, counted: true);
    }

    private int Method(ReadOnlySpan<byte> data)
    {
        var run = Octets.Run(data, Octets.Token);
        if (_state == State.FirstLetter)
        {
            if (run == 0) return Refuse(data[0] switch { (byte)'\n' => Refusal.BareLineFeed, (byte)'\r' => Refusal.EmptyLines, _ => Refusal.RequestLine });
            _state = State.Method;
            _rules.BeginWord();
        }

        if (run > 0)
        {
            _rules.Word.Append(data[..run]);
            return Line(run) && Has(data, run, (byte)' ') ? run + EndMethod() : run;
        }

        return data[0] == ' ' ? EndMethod() : Refuse(OfLineEnd(data[0], Refusal.RequestLine));
    }

    /// <summary>At the space behind it.</summary>
    private int EndMethod()
    {
        if (_rules.Word.Is("CONNECT"u8)) return Refuse(Refusal.Connect);
        return Line(1) ? Go(State.TargetStart) : 0;
    }

    private int TargetStart(byte octet)
    {
        // RFC 9112 3.2: origin-form, asterisk-form or absolute-form. Authority-form belongs to CONNECT alone.
        _rules.BeginTarget(isAbsolute: char.IsAsciiLetter((char)octet));
        if (octet is not ((byte)'/' or (byte)'*') && !char.IsAsciiLetter((char)octet)) return Refuse(OfLineEnd(octet, Refusal.RequestLine));
        if (!Line(1)) return 0;
        if (_rules.WantsTarget) _rules.Word.Append(octet);
        return Go(State.Target);
    }

    private int Target(ReadOnlySpan<byte> data)
    {
        var run = Octets.Run(data, Octets.Target);
        if (run > 0)
        {
            if (_rules.WantsTarget) _rules.Word.Append(data[..run]);
            return Line(run) && Has(data, run, (byte)' ') ? run + EndTarget() : run;
        }

        return data[0] == ' ' ? EndTarget() : Refuse(OfLineEnd(data[0], data[0] == '\r' ? Refusal.RequestLine : Refusal.Target));
    }

    /// <summary>At the space behind it.</summary>
    private int EndTarget()
    {
        if (_rules.SetTarget() is { } refusal) return Refuse(refusal);
        _rules.BeginWord();
        return Line(1) ? Go(State.Version) : 0;
    }

    private int Version(ReadOnlySpan<byte> data)
    {
        // The usual one in one piece. Near the limit octets are counted one by one, so that it is passed at the same octet in however many pieces they come.
        var usual = "HTTP/1.1\r\n"u8;
        if (_rules.Word.Length == 0 && data.StartsWith(usual) && _lineBytes + usual.Length <= options.MaxRequestLineBytes)
        {
            _lineBytes += usual.Length;
            _state = State.FieldStart;
            return usual.Length;
        }

        var octet = data[0];
        if (octet == '\r')
        {
            if (_rules.SetVersion() is { } refusal) return Refuse(refusal);
            return Line(1) ? Go(State.VersionLf) : 0;
        }

        if (octet is <= (byte)' ' or >= 0x7f || _rules.Word.Length == HeadRules.VersionLength) return Refuse(OfLineEnd(octet, Refusal.RequestLine));
        _rules.Word.Append(octet);
        return Line(1) ? 1 : 0;
    }

    private int FieldStart(ReadOnlySpan<byte> data, State name, State end)
    {
        var octet = data[0];
        if (octet == '\r') return Header(1) ? Go(end) : 0;
        if (octet is (byte)' ' or (byte)'\t') return Refuse(Refusal.Folding);
        if (octet == '\n') return Refuse(Refusal.BareLineFeed);
        if (octet == ':') return Refuse(Refusal.FieldName);
        if (++_headerCount > options.MaxHeaderCount) return Refuse(Refusal.TooManyHeaders);
        _rules.BeginWord();
        _state = name;
        return Name(data, name == State.Name ? State.ValueStart : State.TrailerValue);
    }

    private int Name(ReadOnlySpan<byte> data, State value)
    {
        var run = Octets.Run(data, Octets.Token);
        if (run > 0)
        {
            _rules.Word.Append(data[..run]);
            return Header(run) && Has(data, run, (byte)':') ? run + EndName(value) : run;
        }

        if (data[0] is (byte)' ' or (byte)'\t') return Refuse(Refusal.SpaceBeforeColon);
        return data[0] == ':' ? EndName(value) : Refuse(OfLineEnd(data[0], Refusal.FieldName));
    }

    /// <summary>At the colon behind it.</summary>
    private int EndName(State value)
    {
        if (_rules.SetName(inTrailers: value == State.TrailerValue) is { } refusal) return Refuse(refusal);
        return Header(1) ? Go(value) : 0;
    }

    private int ValueStart(ReadOnlySpan<byte> data)
    {
        // RFC 9112 5: optional white space before the value is not part of it.
        if (data[0] is (byte)' ' or (byte)'\t') return Header(1) ? 1 : 0;
        _state = State.Value;
        return Value(data, State.FieldLf);
    }

    private int Value(ReadOnlySpan<byte> data, State end)
    {
        var run = Octets.Run(data, Octets.FieldValue);
        if (run > 0)
        {
            if (_rules.WantsValue) _rules.Word.Append(data[..run]);
            if (!Header(run) || !Has(data, run, (byte)'\r') || !Has(data, run + 1, (byte)'\n') || !Header(1)) return run;
            _state = end;
            return run + 1 + FieldLf((byte)'\n', end == State.FieldLf ? State.FieldStart : State.TrailerStart);
        }

        if (data[0] != '\r') return Refuse(data[0] == '\n' ? Refusal.BareLineFeed : Refusal.FieldValue);
        return Header(1) ? Go(end) : 0;
    }

    private int FieldLf(byte octet, State next)
    {
        if (LineFeed(octet, next, counted: Header(1)) == 0) return 0;
        return _rules.SetValue() is { } refusal ? Refuse(refusal) : 1;
    }

    private int EndLf(byte octet)
    {
        if (LineFeed(octet, State.Done, counted: Header(1)) == 0) return 0;
        if (_rules.EndHead() is { } refusal)
        {
            _state = State.EndLf;
            return Refuse(refusal);
        }

        _remaining = _rules.ContentLength;
        if (_rules.IsChunked) _state = State.ChunkStart;
        else if (_remaining > 0) _state = State.Body;
        (_chunkDigits, _extensionBytes) = (0, 0);
        return 1;
    }

    private int Data(ReadOnlySpan<byte> data, State next)
    {
        var count = (int)Math.Min(data.Length, _remaining);
        _remaining -= count;
        if (_remaining == 0) _state = next;
        return count;
    }

    private int ChunkStart(byte octet)
    {
        // RFC 9112 7.1: chunk-size = 1*HEXDIG; no sign, no space, no 0x.
        if (!char.IsAsciiHexDigit((char)octet)) return Refuse(octet == '\n' ? Refusal.BareLineFeed : Refusal.ChunkSize);
        (_remaining, _chunkDigits, _extensionBytes) = (0, 0, 0);
        _state = State.ChunkSize;
        return 0;
    }

    private int ChunkSize(byte octet)
    {
        if (octet == '\r') return Go(State.ChunkLf);
        if (octet == ';') return Go(State.ChunkExtension);
        // 15 digits are below 2^60, so that the sum cannot overflow; no chunk is that long.
        if (!char.IsAsciiHexDigit((char)octet) || ++_chunkDigits > 15) return Refuse(octet == '\n' ? Refusal.BareLineFeed : Refusal.ChunkSize);
        _remaining = (_remaining << 4) + Octets.HexValue(octet);
        return 1;
    }

    private int ChunkExtension(ReadOnlySpan<byte> data)
    {
        if (data[0] == '\r') return Go(State.ChunkLf);
        var run = Octets.Run(data, Octets.FieldValue);
        if (run == 0) return Refuse(data[0] == '\n' ? Refusal.BareLineFeed : Refusal.ChunkExtension);
        // RFC 9112 7.1.1: a recipient ought to limit them. Nobody is known to use them; 256 octets hold any example there is.
        _extensionBytes += run;
        return _extensionBytes > 256 ? Refuse(Refusal.ChunkExtension) : run;
    }

    private int ChunkLf(byte octet)
    {
        if (octet != '\n') return Refuse(Refusal.BareCarriageReturn);
        return Go(_remaining == 0 ? State.TrailerStart : State.ChunkData);
    }

    private static bool Has(ReadOnlySpan<byte> data, int at, byte octet) => at < data.Length && data[at] == octet;

    private static Refusal OfLineEnd(byte octet, Refusal otherwise) => octet == '\n' ? Refusal.BareLineFeed : otherwise;
}
