namespace Signalbox.Proxy.Connections;

/// <summary>Why the guard does not let a request through.</summary>
/// <param name="Status">The HTTP status that says so.</param>
/// <param name="Text">What is wrong, one sentence for people.</param>
internal sealed record Refusal(int Status, string Text)
{
    public static readonly Refusal BareLineFeed = new(400, "A line of the request ends with LF alone instead of CRLF.");
    public static readonly Refusal BareCarriageReturn = new(400, "The request holds a CR that is not followed by LF.");
    public static readonly Refusal EmptyLines = new(400, "More than one empty line stands before the request line.");
    public static readonly Refusal RequestLine = new(400, "The request line is not exactly: method, space, target, space, HTTP/1.1.");
    public static readonly Refusal Target = new(400, "The request target holds a character that must be percent-encoded.");
    public static readonly Refusal Connect = new(501, "CONNECT over HTTP/1.1 is not supported: this is a reverse proxy.");
    public static readonly Refusal Version = new(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here; HTTP/2 is chosen by TLS (ALPN).");
    public static readonly Refusal LineTooLong = new(414, "The request line is too long.");
    public static readonly Refusal HeadersTooLarge = new(431, "The header fields are too large together.");
    public static readonly Refusal TooManyHeaders = new(431, "The request has too many header fields.");
    public static readonly Refusal Folding = new(400, "A header line begins with white space (obsolete line folding).");
    public static readonly Refusal FieldName = new(400, "A header field name is empty or holds a character that is not allowed in one.");
    public static readonly Refusal SpaceBeforeColon = new(400, "White space stands between a header field name and its colon.");
    public static readonly Refusal FieldValue = new(400, "A header field value holds a control character.");
    public static readonly Refusal LengthAndCoding = new(400, "The request has both Content-Length and Transfer-Encoding, so its end has two readings.");
    public static readonly Refusal SeveralLengths = new(400, "The request has more than one Content-Length.");
    public static readonly Refusal Length = new(400, "Content-Length is not one plain decimal number below 2^63.");
    public static readonly Refusal SeveralCodings = new(400, "The request has more than one Transfer-Encoding field.");
    public static readonly Refusal Coding = new(400, "Transfer-Encoding is not exactly: chunked.");
    public static readonly Refusal UnknownCoding = new(501, "Transfer-Encoding names a coding other than chunked, which is not supported.");
    public static readonly Refusal CodingInOldVersion = new(400, "Transfer-Encoding is not defined in HTTP/1.0.");
    public static readonly Refusal NoHost = new(400, "An HTTP/1.1 request needs a Host field.");
    public static readonly Refusal SeveralHosts = new(400, "The request has more than one Host field.");
    public static readonly Refusal Host = new(400, "The Host field is not a host name or address with an optional port.");
    public static readonly Refusal AbsoluteTarget = new(400, "The request target is neither a path nor an http or https address with a plain host.");
    public static readonly Refusal TwoHosts = new(400, "The request target names another host than the Host field.");
    public static readonly Refusal Connection = new(431, "A Connection field is longer than 320 octets.");
    public static readonly Refusal ChunkSize = new(400, "A chunk size is not one plain hexadecimal number of at most 15 digits.");
    public static readonly Refusal ChunkExtension = new(400, "A chunk extension is longer than 256 octets or holds a control character.");
    public static readonly Refusal ChunkEnd = new(400, "A chunk's data is not followed by CRLF.");
    public static readonly Refusal Trailer = new(400, "A trailer field tries to change the framing or the host of the request.");
    public static readonly Refusal CutOff = new(400, "The connection was closed in the middle of the request's head.");
    public static readonly Refusal TooSlow = new(408, "The request's head did not arrive in time.");
}
