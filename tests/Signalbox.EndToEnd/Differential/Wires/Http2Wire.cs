using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Signalbox.EndToEnd.Differential.Messages;
using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>
/// Speaks HTTP/2 for a client that is written in HTTP/1.1: each of its requests is a stream, one after the other, and what comes is put back into
/// HTTP/1.1. A length that an answer told stands in the field <c>told-length</c>, for the body itself is put into chunks.
/// </summary>
internal sealed class Http2Wire : IWire
{
    private const byte EndStream = 1, EndHeaders = 4, Ack = 1, Padded = 8, Priority = 32;

    /// <summary>CANCEL (RFC 9113 7).</summary>
    private const int Cancelled = 8;

    /// <summary>The largest that everybody takes (RFC 9113 6.5.2).</summary>
    private const int MostInFrame = 16_384;

    /// <summary>Belong to a connection of HTTP/1.1, and must not be in HTTP/2 (RFC 9113 8.2.2); or are written in another way.</summary>
    private static readonly HashSet<string> NotInHttp2 = ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "host", "sec-websocket-key"];

    private readonly StreamWire _connection;
    private readonly Frames _frames;
    private readonly SendWindow _window = new();
    private MessageReader _asked = new(ofRequests: true);
    private int _answering;
    private int _id = -1;
    private bool _hasHead;
    private bool _hasEnd;
    private int _sent;
    private volatile bool _isTunnel;
    private bool _isBodyless;
    private bool _isAnswered;

    /// <summary>Nothing more is sent on the present stream.</summary>
    private volatile bool _isClosed;
    private volatile bool _isAbandoned;

    private Http2Wire(StreamWire connection, Frames frames) => (_connection, _frames) = (connection, frames);

    public bool HasStreams => true;

    public static async Task<Http2Wire> ConnectAsync(int port, string host)
    {
        var (socket, stream) = await StreamWire.HandshakeAsync(port, host, SslApplicationProtocol.Http2);
        if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2) throw new InvalidOperationException("No HTTP/2 was agreed on.");
        var wire = new Http2Wire(new StreamWire(socket, stream), new Frames(stream));
        await wire._frames.SendPrefaceAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        // No dynamic table (SETTINGS_HEADER_TABLE_SIZE 0), no push.
        await wire._frames.SendAsync(FrameType.Settings, 0, 0, new byte[] { 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0 });
        return wire;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        if (_isTunnel)
        {
            await SendDataAsync(octets, isLast: false);
            return;
        }

        _asked.Feed(octets.Span);
        for (; _answering < _asked.Messages.Count; _answering++)
        {
            var message = _asked.Messages[_answering];
            if (!_hasHead) await SendHeadAsync(message);
            if (_isTunnel)
            {
                _answering++;
                _hasHead = false;
                return;
            }

            var isLast = message.IsWhole && message.Trailers.Count == 0;
            if (_sent < message.Body.Length || (isLast && !_hasEnd))
                await SendDataAsync(message.Body.GetBuffer().AsMemory(_sent, (int)message.Body.Length - _sent), isLast);
            _sent = (int)message.Body.Length;
            if (!message.IsWhole) return;
            if (message.Trailers.Count > 0 && !_isClosed) await _frames.SendAsync(FrameType.Headers, EndStream | EndHeaders, _id, FieldBlock.Write(message.Trailers));
            (_hasHead, _sent) = (false, 0);
        }
    }

    public async Task<PeerEnd> ReadAsync(Action<ReadOnlyMemory<byte>> feed, Action<string> cut)
    {
        var end = PeerEnd.Orderly;
        var block = new List<byte>();
        byte first = 0;
        try
        {
            while (await _frames.NextAsync() is var (type, flags, id, payload))
            {
                if (type is FrameType.Headers or FrameType.Continuation)
                {
                    if (type == FrameType.Headers) first = flags;
                    block.AddRange(type == FrameType.Headers ? Unpadded(flags, payload) : payload);
                    if ((flags & EndHeaders) == 0) continue;
                    var fields = FieldBlock.Read(block.ToArray());
                    block.Clear();
                    if (id == _id && !_isAbandoned) TakeFields(fields, (first & EndStream) != 0, feed);
                }
                else
                {
                    await TakeAsync(type, flags, id, payload, feed, cut);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or EndedException)
        {
            end = PeerEnd.Reset;
        }

        CloseStream();
        return end;
    }

    /// <summary>There is no half of a connection: the stream's is ended.</summary>
    public void FinishSending() => _ = _frames.SendAsync(FrameType.Data, EndStream, _id, ReadOnlyMemory<byte>.Empty);

    public async Task<bool> AbandonAsync()
    {
        _isAbandoned = true;
        CloseStream();
        await _frames.SendNumberAsync(FrameType.Reset, _id, Cancelled);
        // What was sent of it is forgotten; the next request begins anew.
        (_asked, _answering, _hasHead, _sent, _isTunnel) = (new MessageReader(ofRequests: true), 0, false, 0, false);
        return false;
    }

    public void Reset() => _connection.Reset();

    public void Leave() => _connection.Leave();

    public void Dispose()
    {
        _connection.Dispose();
        _frames.Dispose();
    }

    private static bool IsEmpty(Message message) => message.Framing == FramingKind.None || (message.IsWhole && message.Body.Length == 0 && message.Trailers.Count == 0);

    private static IEnumerable<byte> Unpadded(byte flags, byte[] payload)
    {
        var padding = (flags & Padded) != 0 ? payload[0] : 0;
        var skipped = ((flags & Padded) != 0 ? 1 : 0) + ((flags & Priority) != 0 ? 5 : 0);
        return payload[skipped..^padding];
    }

    private async Task SendHeadAsync(Message message)
    {
        var line = message.StartLine.Split(' ');
        // RFC 8441 5: a WebSocket is asked for by CONNECT.
        _isTunnel = message.Field("upgrade") == "websocket";
        List<(string Name, string Value)> fields = [(":method", _isTunnel ? "CONNECT" : line[0]), (":scheme", "https"), (":path", line[1])];
        if (message.Field("host") is { } host) fields.Add((":authority", host));
        if (_isTunnel) fields.Add((":protocol", "websocket"));
        fields.AddRange(message.Fields.Where(field => !NotInHttp2.Contains(field.Name)));
        var isEmpty = !_isTunnel && IsEmpty(message);
        (_id, _hasHead, _hasEnd, _isBodyless) = (_id + 2, true, isEmpty, line[0] == "HEAD");
        (_isAnswered, _isClosed, _isAbandoned) = (false, false, false);
        _window.Begin();
        await _frames.SendAsync(FrameType.Headers, (byte)(EndHeaders | (isEmpty ? EndStream : 0)), _id, FieldBlock.Write(fields));
    }

    private async Task SendDataAsync(ReadOnlyMemory<byte> octets, bool isLast)
    {
        do
        {
            var count = octets.IsEmpty ? 0 : await _window.TakeAsync(Math.Min(octets.Length, MostInFrame));
            // Nobody is there for the rest.
            if (_isClosed || (count == 0 && !octets.IsEmpty)) return;
            await _frames.SendAsync(FrameType.Data, isLast && count == octets.Length ? EndStream : (byte)0, _id, octets[..count]);
            octets = octets[count..];
        }
        while (!octets.IsEmpty);
    }

    private async Task TakeAsync(FrameType type, byte flags, int id, byte[] payload, Action<ReadOnlyMemory<byte>> feed, Action<string> cut)
    {
        switch (type)
        {
            case FrameType.Data:
                if (payload.Length > 0)
                {
                    await _frames.SendNumberAsync(FrameType.WindowUpdate, 0, payload.Length);
                    if ((flags & EndStream) == 0) await _frames.SendNumberAsync(FrameType.WindowUpdate, id, payload.Length);
                }

                if (id == _id && !_isAbandoned) TakeData([.. (flags & Padded) != 0 ? Unpadded(Padded, payload) : payload], (flags & EndStream) != 0, feed, cut);
                break;
            case FrameType.Reset when id == _id && !_isAbandoned:
                CloseStream();
                // After the answer it only says that no more is wanted of the request.
                if (!_isAnswered) cut($" by {BinaryPrimitives.ReadInt32BigEndian(payload)}");
                _isAnswered = true;
                break;
            case FrameType.Settings when (flags & Ack) == 0:
                for (var at = 0; at < payload.Length; at += 6)
                {
                    if (payload[at + 1] == 4) _window.SetInitial(BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(at + 2)));
                }

                await _frames.SendAsync(FrameType.Settings, Ack, 0, ReadOnlyMemory<byte>.Empty);
                break;
            case FrameType.Ping when (flags & Ack) == 0:
                await _frames.SendAsync(FrameType.Ping, Ack, 0, payload);
                break;
            case FrameType.WindowUpdate when id == 0 || id == _id:
                _window.Add(id == 0, BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
        }
    }

    private void TakeFields(List<(string Name, string Value)> fields, bool isLast, Action<ReadOnlyMemory<byte>> feed)
    {
        var text = new StringBuilder();
        if (fields.FirstOrDefault(field => field.Name == ":status").Value is not { } status)
        {
            // Behind the body: trailers.
            text.Append("0\r\n");
            Append(text, fields);
            _isAnswered = true;
        }
        else if (_isTunnel && status == "200")
        {
            text.Append("HTTP/1.1 101 \r\n");
            Append(text, fields);
        }
        else
        {
            var isInterim = status[0] == '1';
            var isEmpty = isInterim || _isBodyless || status is "204" or "304";
            text.Append($"HTTP/1.1 {status} \r\n");
            if (!isEmpty) text.Append(isLast ? "content-length: 0\r\n" : "transfer-encoding: chunked\r\n");
            Append(text, isEmpty ? fields : fields.Select(field => field.Name == "content-length" ? ("told-length", field.Value) : field));
            // Of an answer that has no body the end may come in a frame of its own.
            _isBodyless |= isEmpty && !isInterim;
            _isAnswered |= isLast;
            // Where a tunnel was asked for and there is none, what follows is the next request.
            if (!isInterim) _isTunnel = false;
        }

        feed(Encoding.Latin1.GetBytes(text.ToString()));
    }

    private void TakeData(byte[] octets, bool isLast, Action<ReadOnlyMemory<byte>> feed, Action<string> cut)
    {
        if (_isTunnel)
        {
            if (octets.Length > 0) feed(octets);
            if (!isLast) return;
            (_isAnswered, _isTunnel) = (true, false);
            cut("");
            return;
        }

        if (_isBodyless)
        {
            // Octets here would be a fault; told as what no answer has.
            if (octets.Length > 0) feed("body of what has none"u8.ToArray());
        }
        else
        {
            if (octets.Length > 0) feed((byte[])[.. Encoding.Latin1.GetBytes($"{octets.Length:x}\r\n"), .. octets, (byte)'\r', (byte)'\n']);
            if (isLast) feed("0\r\n\r\n"u8.ToArray());
        }

        _isAnswered |= isLast;
    }

    private void CloseStream()
    {
        _isClosed = true;
        _window.EndStream();
    }

    private static void Append(StringBuilder text, IEnumerable<(string Name, string Value)> fields)
    {
        foreach (var (name, value) in fields.Where(field => field.Name[0] != ':')) text.Append($"{name}: {value}\r\n");
        text.Append("\r\n");
    }
}
