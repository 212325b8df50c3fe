using System.Globalization;
using System.Text;

namespace Signalbox.EndToEnd.Differential.Messages;

/// <summary>
/// Takes the messages of one direction of a connection out of its octets. Written apart from the product's own parser, so that a fault of that one is
/// not repeated here. Whatever does not fit is a fault and ends the reading.
/// </summary>
internal sealed class MessageReader(bool ofRequests)
{
    private readonly List<byte> _left = [];
    private readonly Queue<string> _methods = new();
    private State _state = State.Head;
    private long _wanted;

    private enum State
    {
        Head,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailers,
        Tunnel,
        Fault,
    }

    public List<Message> Messages { get; } = [];

    /// <summary>What came after the protocol was switched.</summary>
    public StringBuilder Tunnel { get; } = new();

    /// <summary>Octets that are no message.</summary>
    public string? Fault { get; private set; }

    /// <summary>True when part of a message has come, or what is none.</summary>
    public bool HasBegun(int message) => Messages.Count > message || _left.Count > 0;

    /// <summary>Whose answer is the next one: that to HEAD has no body. What stands before the method may be the end of the last request's body.</summary>
    public void Asked(string method) => _methods.Enqueue(method);

    /// <summary>What follows the present message is no HTTP any more.</summary>
    public void Switch() => _state = State.Tunnel;

    public void Feed(ReadOnlySpan<byte> octets)
    {
        _left.AddRange(octets);
        while (_left.Count > 0 && Advance())
        {
        }
    }

    /// <summary>The sender has ended its side. Only a body that ends with its connection is whole by that, and not by a reset.</summary>
    public void End(bool isOrderly)
    {
        if (isOrderly && _state == State.Body && Messages[^1].Framing == FramingKind.UntilClose) Messages[^1].IsWhole = true;
    }

    /// <summary>The sender has given up the present message, or ended the tunnel, and the next one may follow.</summary>
    public void Cut(string how)
    {
        if (_state == State.Head)
        {
            // Nothing has come of it: a status that no message has stands for it.
            Messages.Add(new Message("HTTP/1.1 000 ", []));
            _methods.TryDequeue(out _);
        }

        Messages[^1].Cut = how;
        _left.Clear();
        _state = State.Head;
    }

    private bool Advance()
    {
        switch (_state)
        {
            case State.Head:
                return Section() is { } head && BeginMessage(head);
            case State.Body or State.Chunk:
                var count = (int)Math.Min(_wanted, _left.Count);
                Messages[^1].Body.Write(Take(count));
                _wanted -= count;
                if (_wanted > 0) return false;
                if (_state == State.Body) EndMessage();
                else _state = State.ChunkEnd;
                return true;
            case State.ChunkEnd:
                if (_left.Count < 2) return false;
                if (Take(2) is not [(byte)'\r', (byte)'\n']) return Fail("a chunk that does not end");
                _state = State.ChunkSize;
                return true;
            case State.ChunkSize:
                return Line() is { } line && BeginChunk(line);
            case State.Trailers:
                if (Section() is not { } trailers) return false;
                Messages[^1].Trailers.AddRange(FieldsOf(trailers));
                EndMessage();
                return true;
            case State.Tunnel:
                Tunnel.Append(Encoding.Latin1.GetString(Take(_left.Count)));
                return false;
            default:
                return false;
        }
    }

    private bool BeginMessage(string[] head)
    {
        if (ofRequests ? head[0].Split(' ') is not [_, _, "HTTP/1.0" or "HTTP/1.1"] : !IsStatusLine(head[0])) return Fail($"no start line: {head[0]}");
        var message = new Message(head[0], FieldsOf(head[1..]));
        Messages.Add(message);
        message.Framing = FramingOf(message);
        switch (message.Framing)
        {
            case FramingKind.Chunked:
                _state = State.ChunkSize;
                break;
            case FramingKind.None:
                EndMessage();
                if (!ofRequests && message.Status == 101) _state = State.Tunnel;
                break;
            default:
                _wanted = message.Framing == FramingKind.UntilClose ? long.MaxValue : long.Parse(message.Field("content-length")!, CultureInfo.InvariantCulture);
                _state = State.Body;
                if (_wanted == 0) EndMessage();
                break;
        }

        return true;
    }

    private FramingKind FramingOf(Message message)
    {
        if (!ofRequests)
        {
            if (message.IsInterim) return FramingKind.None;
            if ((_methods.TryDequeue(out var method) && method.EndsWith("HEAD", StringComparison.Ordinal)) || message.Status is 101 or 204 or 304) return FramingKind.None;
        }

        return message.Field("transfer-encoding") is not null ? FramingKind.Chunked
            : message.Field("content-length") is not null ? FramingKind.Length
            : ofRequests ? FramingKind.None : FramingKind.UntilClose;
    }

    private bool BeginChunk(string line)
    {
        if (!long.TryParse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _wanted)) return Fail($"no chunk: {line}");
        _state = _wanted == 0 ? State.Trailers : State.Chunk;
        return true;
    }

    private void EndMessage()
    {
        Messages[^1].IsWhole = true;
        _state = State.Head;
    }

    private bool Fail(string why)
    {
        Fault = why;
        _state = State.Fault;
        return false;
    }

    private byte[] Take(int count)
    {
        var taken = _left.GetRange(0, count).ToArray();
        _left.RemoveRange(0, count);
        return taken;
    }

    private string? Line()
    {
        var end = _left.IndexOf((byte)'\n');
        return end < 0 ? null : Encoding.Latin1.GetString(Take(end + 1)).TrimEnd('\n').TrimEnd('\r');
    }

    /// <summary>Lines up to an empty one, when all have come.</summary>
    private string[]? Section()
    {
        var text = Encoding.Latin1.GetString(_left.ToArray());
        var end = text.StartsWith("\r\n", StringComparison.Ordinal) ? 0 : text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2;
        if (end == 1) return null;
        Take(end + 2);
        return text[..end].Split("\r\n", StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } lines ? lines : [""];
    }

    private static bool IsStatusLine(string line) => line.Length >= 12 && line.StartsWith("HTTP/1.", StringComparison.Ordinal) && line.AsSpan(9, 3).IndexOfAnyExceptInRange('0', '9') < 0;

    private static List<(string Name, string Value)> FieldsOf(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0).Select(line => line.Split(':', 2)).Select(parts => (parts[0].ToLowerInvariant(), parts.Length == 2 ? parts[1].Trim(' ', '\t') : "(no colon)"))];
}
