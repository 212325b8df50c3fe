using System.Buffers.Text;
using System.Text;

namespace Signalbox.Proxy.Connections;

/// <summary>What the head of one request says about the message's framing and host, and the rules between those fields.</summary>
internal sealed class HeadRules
{
    /// <summary>Octets of <c>HTTP/1.1</c>.</summary>
    public const int VersionLength = 8;

    private Field _field;
    private bool _isOldVersion;
    private bool _hasHost;
    private bool _hasLength;
    private Refusal? _coding;

    private List<string>? _connection;

    /// <summary>The authority of an absolute-form target, without a default port; null for the other forms.</summary>
    private byte[]? _authority;

    private enum Field : byte { Other, Host, ContentLength, TransferEncoding, Upgrade, Connection }

    public ShortWord Word { get; } = new();

    /// <summary>The value of the field at hand decides something, so it is to be collected in <see cref="Word"/>.</summary>
    public bool WantsValue => IsForbiddenInTrailers || _field == Field.Connection;

    /// <summary>The target is in absolute-form, so that its beginning is to be collected in <see cref="Word"/>.</summary>
    public bool WantsTarget { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>0 when the request has none.</summary>
    public long ContentLength { get; private set; }

    public bool AsksUpgrade { get; private set; }

    /// <summary>The values of Connection fields that name more than one usual option; none in the ordinary case, for which nothing is allocated.</summary>
    public IReadOnlyList<string> Connection => _connection ?? (IReadOnlyList<string>)[];

    /// <summary>RFC 9110 6.5.1: a trailer must not hold fields needed for framing or routing.</summary>
    private bool IsForbiddenInTrailers => _field is Field.Host or Field.ContentLength or Field.TransferEncoding;

    public void BeginWord() => Word.Clear();

    public void Clear()
    {
        (_field, _isOldVersion, _hasHost, _hasLength, _coding) = (Field.Other, false, false, false, null);
        (IsChunked, ContentLength, AsksUpgrade, _connection, _authority) = (false, 0, false, null, null);
    }

    public void BeginTarget(bool isAbsolute)
    {
        WantsTarget = isAbsolute;
        Word.Clear();
    }

    /// <summary>The target has ended; if it was wanted, the word is it, or its beginning.</summary>
    public Refusal? SetTarget()
    {
        if (!WantsTarget) return null;
        // RFC 9112 3.2.2: a proxy's client sends http or https; RFC 9110 4.2.4: user information there is an attempt to deceive.
        var target = Word.Span;
        var scheme = target.IndexOf("://"u8);
        if (scheme < 0 || !(Ascii.EqualsIgnoreCase(target[..scheme], "http"u8) || Ascii.EqualsIgnoreCase(target[..scheme], "https"u8))) return Refusal.AbsoluteTarget;
        var rest = target[(scheme + 3)..];
        var end = rest.IndexOfAny((byte)'/', (byte)'?');
        if (end < 0 && Word.IsCut) return Refusal.AbsoluteTarget;
        var authority = end < 0 ? rest : rest[..end];
        if (authority.IsEmpty || !IsHost(authority)) return Refusal.AbsoluteTarget;
        _authority = WithoutDefaultPort(authority).ToArray();
        return null;
    }

    /// <summary>The word is the protocol version of the request line.</summary>
    public Refusal? SetVersion()
    {
        _isOldVersion = Word.Is("HTTP/1.0"u8);
        if (_isOldVersion || Word.Is("HTTP/1.1"u8)) return null;
        var word = Word.Span;
        // RFC 9112 2.3: HTTP-version = HTTP-name "/" DIGIT "." DIGIT
        var wellFormed = word.Length == VersionLength && word.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)word[5]) && word[6] == '.' && char.IsAsciiDigit((char)word[7]);
        return wellFormed ? Refusal.Version : Refusal.RequestLine;
    }

    /// <summary>The word is a field name.</summary>
    public Refusal? SetName(bool inTrailers)
    {
        _field = Classify();
        Word.Clear();
        if (!inTrailers) return null;
        var refusal = IsForbiddenInTrailers ? Refusal.Trailer : null;
        _field = Field.Other;
        return refusal;
    }

    /// <summary>The field at hand has ended; the word is its value if it was wanted.</summary>
    public Refusal? SetValue()
    {
        switch (_field)
        {
            case Field.Host:
                if (_hasHost) return Refusal.SeveralHosts;
                _hasHost = true;
                if (Word.IsCut || !IsHost(Trimmed())) return Refusal.Host;
                // RFC 9112 3.2.2: the target's authority counts. A proper client sends the same twice, so two are an attempt to be read in two ways.
                return _authority is null || Ascii.EqualsIgnoreCase(_authority, WithoutDefaultPort(Trimmed())) ? null : Refusal.TwoHosts;
            case Field.ContentLength:
                if (_hasLength) return Refusal.SeveralLengths;
                _hasLength = true;
                return SetLength();
            case Field.TransferEncoding:
                if (_coding is not null || IsChunked) return Refusal.SeveralCodings;
                _coding = CodingRefusal(Word.IsCut, Trimmed());
                IsChunked = _coding is null;
                return null;
            case Field.Upgrade:
                // RFC 9110 7.8: a server must ignore Upgrade in an HTTP/1.0 request.
                AsksUpgrade = !_isOldVersion;
                return null;
            case Field.Connection:
                return Word.IsCut ? Refusal.Connection : KeepConnection();
            default:
                return null;
        }
    }

    /// <summary>The rules that need the whole head.</summary>
    public Refusal? EndHead()
    {
        // RFC 9112 6.1: both together are an attempt at smuggling and ought to be an error.
        if ((IsChunked || _coding is not null) && _hasLength) return Refusal.LengthAndCoding;
        if ((IsChunked || _coding is not null) && _isOldVersion) return Refusal.CodingInOldVersion;
        if (_coding is not null) return _coding;
        // RFC 9112 3.2: a server must answer 400 to a request that lacks Host.
        return _hasHost || _isOldVersion ? null : Refusal.NoHost;
    }

    private Field Classify() => Word.Length switch
    {
        4 when Word.IsIgnoringCase("Host"u8) => Field.Host,
        7 when Word.IsIgnoringCase("Upgrade"u8) => Field.Upgrade,
        10 when Word.IsIgnoringCase("Connection"u8) => Field.Connection,
        14 when Word.IsIgnoringCase("Content-Length"u8) => Field.ContentLength,
        17 when Word.IsIgnoringCase("Transfer-Encoding"u8) => Field.TransferEncoding,
        _ => Field.Other,
    };

    private Refusal? KeepConnection()
    {
        if (!Word.IsIgnoringCase("keep-alive"u8) && !Word.IsIgnoringCase("close"u8) && !Word.IsIgnoringCase("Upgrade"u8))
            (_connection ??= []).Add(Encoding.Latin1.GetString(Word.Span));
        return null;
    }

    private Refusal? SetLength()
    {
        var digits = Trimmed();
        // RFC 9112 6.3: Content-Length = 1*DIGIT. No list, sign, space or other base, and nothing that does not fit.
        if (Word.IsCut || digits.IsEmpty || Octets.Run(digits, Octets.Digit) != digits.Length) return Refusal.Length;
        if (!Utf8Parser.TryParse(digits, out long length, out var used) || used != digits.Length) return Refusal.Length;
        ContentLength = length;
        return null;
    }

    /// <summary>Null for exactly <c>chunked</c>. 501 for a list of plain names of which none is chunked but perhaps the last; 400 for the rest.</summary>
    private static Refusal? CodingRefusal(bool isCut, ReadOnlySpan<byte> value)
    {
        if (isCut) return Refusal.Coding;
        if (IsChunkedName(value)) return null;
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            var name = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
            if (name.IsEmpty || Octets.Run(name, Octets.Token) != name.Length) return Refusal.Coding;
            if (comma < 0) return Refusal.UnknownCoding;
            // RFC 9112 6.1: chunked is applied once, and last.
            if (IsChunkedName(name)) return Refusal.Coding;
            value = value[(comma + 1)..];
        }
    }

    private static bool IsChunkedName(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "chunked"u8);

    /// <summary>RFC 9110 7.2: <c>uri-host [":" port]</c>. Empty is allowed: the target may have no authority.</summary>
    private static bool IsHost(ReadOnlySpan<byte> value)
    {
        int end;
        if (value.StartsWith("["u8))
        {
            end = value.IndexOf((byte)']') + 1;
            if (end < 4 || Octets.Run(value[1..], Octets.Address) != end - 2) return false;
        }
        else
        {
            end = Octets.Run(value, Octets.HostName);
            if (end == 0) return value.IsEmpty;
        }

        var port = value[end..];
        // A port of 0 to 5 digits; RFC 3986 3.2.3 allows it to be empty.
        return port.IsEmpty || (port[0] == ':' && port.Length <= 6 && Octets.Run(port[1..], Octets.Digit) == port.Length - 1);
    }

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> host) =>
        host.EndsWith(":80"u8) ? host[..^3] : host.EndsWith(":443"u8) ? host[..^4] : host;

    private ReadOnlySpan<byte> Trimmed() => Word.Span.Trim(" \t"u8);
}
