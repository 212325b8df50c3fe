using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The head of a backend's answer. One is kept for a connection and used again by each answer on it; what it held of the answer before is then gone.
/// Strings that come again are the same objects.
/// </summary>
internal sealed class ResponseMessage
{
    private readonly FieldTable _table = new();

    /// <summary>The Connection field from which <see cref="Named"/> and the two flags were read.</summary>
    private string? _connectionRead;

    private (bool Close, bool KeepAlive) _options;

    /// <summary>Of its HTTP/1 version: 0 or 1.</summary>
    public int Minor { get; private set; }

    /// <summary>100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>As sent; may be empty.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>In order, as sent, those of the connection included.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Fields => _table.Fields;

    /// <summary>Content-Length; null where there is none.</summary>
    public long? Length { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>The Connection field, several as one list, or null.</summary>
    public string? Connection { get; private set; }

    /// <summary>The fields it names, which belong to the backend's connection; null in the ordinary case that there are none.</summary>
    public IReadOnlySet<string>? Named { get; private set; }

    /// <summary>False when the backend will end the connection after this answer (RFC 9112 9.3), or when it is to be ended because of it.</summary>
    public bool KeepsConnection { get; private set; }

    /// <summary>Where the line begins at which <see cref="ResponseParser"/> goes on; 0 when no line has been read.</summary>
    internal int At { get; private set; }

    /// <summary>Octets that have been searched for the end of that line.</summary>
    internal int Searched { get; private set; }

    /// <summary>RFC 9112 6.3, for the answer to a request with this method.</summary>
    public Framing FramingFor(string method) =>
        method == "HEAD" || Status is < 200 or 204 or 304 || Length == 0 ? Framing.None
        : IsChunked ? Framing.Chunked
        : Length is not null ? Framing.Length
        : Framing.UntilClose;

    /// <summary>Octets of a head that is the one before once more, or 0.</summary>
    internal int Repeat(ReadOnlySpan<byte> bytes) => At == 0 && Searched == 0 ? _table.Repeated(bytes) : 0;

    internal void Pause(int at, int searched) => (At, Searched) = (at, searched);

    internal void Begin(int minor, int status, ReadOnlySpan<byte> reason)
    {
        (Minor, Status) = (minor, status);
        Reason = ReasonOf(status, reason);
        (Length, IsChunked, Connection, KeepsConnection) = (null, false, null, false);
        _table.Begin();
    }

    /// <summary>Takes the lines which the answer before had at the same places. A remembered line has its end, so none is searched for.</summary>
    /// <param name="bytes">The head, as far as it is there.</param>
    /// <param name="at">Where a line begins.</param>
    /// <returns>Where the first other line begins.</returns>
    /// <exception cref="ProtocolException">Two readings.</exception>
    internal int AddRepeated(ReadOnlySpan<byte> bytes, int at)
    {
        while (_table.RepeatedLine(bytes[at..]) is > 0 and var length && at + length <= ResponseParser.MaxHeadBytes)
        {
            Take(_table.AddRepeated(at, out var value), value);
            at += length;
        }

        return at;
    }

    /// <exception cref="ProtocolException">It has no reading, or two.</exception>
    internal void Add(ReadOnlySpan<byte> line, int at) => Take(_table.Add(line, at, out var value), value);

    /// <exception cref="ProtocolException">Two readings.</exception>
    internal void End(ReadOnlySpan<byte> head)
    {
        // RFC 9112 6.3 lets the coding win, and says that it may be an attempt at smuggling; whoever let the length win would see other answers.
        if (IsChunked && Length is not null) throw new ProtocolException("its answer has both a Content-Length and a Transfer-Encoding");
        // RFC 9112 6.1: an HTTP/1.0 recipient knows no chunks and would take them for the body.
        if (IsChunked && Minor == 0) throw new ProtocolException("its answer has a Transfer-Encoding, which HTTP/1.0 does not know");
        // RFC 9110 8.6 and RFC 9112 6.1 forbid either with 1xx and 204, and RFC 9112 6.3 reads no body whatever they say. Still a sender that gives them
        // may send one. Behind a 204 nothing of it is read, for the connection ends. But behind 1xx the answer itself would begin at one of two places.
        var saysBody = Status is < 200 or 204 && (IsChunked || Length > 0);
        if (saysBody && Status < 200) throw new ProtocolException($"its interim answer ({Status}) announces a body");
        if (!ReferenceEquals(Connection, _connectionRead)) ReadConnection();
        KeepsConnection = !saysBody && (Connection is null ? Minor == 1 : !_options.Close && (Minor == 1 || _options.KeepAlive));
        _table.End(head);
    }

    private void Take(FieldKind kind, string value)
    {
        if (kind == FieldKind.ContentLength) AddLength(value);
        else if (kind == FieldKind.TransferEncoding) AddCoding(value);
        else if (kind == FieldKind.Connection) Connection = Connection is null ? value : $"{Connection}, {value}";
    }

    private void AddLength(string value)
    {
        // RFC 9112 6.3 would let equal ones pass. Nobody means them, nginx refuses them, and so do we in requests.
        if (Length is not null) throw new ProtocolException("its answer has several Content-Length fields");
        Length = LengthOf(value) ?? throw new ProtocolException("its answer has no valid Content-Length");
    }

    /// <summary>RFC 9110 8.6: 1*DIGIT. No list, sign or white space, and nothing that does not fit.</summary>
    private static long? LengthOf(string value)
    {
        // 18 digits are below 2^63 without a look; that is more than any body has.
        if (value.Length is 0 or > 18) return null;
        var length = 0L;
        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit(digit)) return null;
            length = (length * 10) + (digit - '0');
        }

        return length;
    }

    private void AddCoding(string value)
    {
        if (IsChunked) throw new ProtocolException("its answer has several Transfer-Encoding fields");
        if (!value.Equals("chunked", StringComparison.OrdinalIgnoreCase)) throw new ProtocolException($"its answer has the transfer coding “{value}”, which nobody asked for");
        IsChunked = true;
    }

    private void ReadConnection()
    {
        _connectionRead = Connection;
        _options = Connection is null ? default : (HopByHop.HasToken([Connection], "close"), HopByHop.HasToken([Connection], "keep-alive"));
        Named = Connection is null ? null : HopByHop.Named([Connection]);
    }

    private string ReasonOf(int status, ReadOnlySpan<byte> reason)
    {
        // The reason of the answer before, or the usual one. Beyond ASCII none equals, for a string then has other units.
        if (Ascii.Equals(reason, Reason)) return Reason;
        var usual = ReasonPhrases.GetReasonPhrase(status);
        return Ascii.Equals(reason, usual) ? usual : Encoding.Latin1.GetString(reason);
    }
}
