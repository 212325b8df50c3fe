using System.Text;
using System.Text.Json;

namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>What a <see cref="ScriptedCa"/> does with one request instead of the usual.</summary>
internal abstract record CaReply
{
    private CaReply()
    {
    }

    /// <summary>As usual; stands in a script where some later request is meant.</summary>
    public static CaReply Usual { get; } = new UsualReply();

    /// <summary>The connection is cut before anything was done.</summary>
    public static CaReply Drop { get; } = new DropReply(Done: false);

    /// <summary>What was asked for is done, then the connection is cut: the client never hears of it.</summary>
    public static CaReply DoAndDrop { get; } = new DropReply(Done: true);

    /// <summary>No answer until the client goes.</summary>
    public static CaReply Hang { get; } = new HangReply();

    /// <summary>The nonce, though good, is refused. The answer brings a new one.</summary>
    public static CaReply BadNonce { get; } = Problem("badNonce", "JWS has an invalid anti-replay nonce", 400);

    /// <summary>As usual, but the body ends in the middle of its announced length.</summary>
    public static CaReply Truncated { get; } = new TruncatedReply();

    /// <summary>An answer that goes on for 64 MiB or until the client goes.</summary>
    public static CaReply Endless { get; } = new EndlessReply();

    /// <summary>As usual, with these headers besides (or instead).</summary>
    public static CaReply With(params (string Name, string Value)[] headers) => new HeadersReply(headers);

    /// <summary>A problem document of an ACME type.</summary>
    public static CaReply Problem(string type, string detail, int status = 403, params (string Name, string Value)[] headers) =>
        new RawReply(status, "application/problem+json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { type = "urn:ietf:params:acme:error:" + type, detail, status })), headers);

    public static CaReply RateLimited(string retryAfter) => Problem("rateLimited", "too many new orders recently", 429, ("Retry-After", retryAfter));

    public static CaReply Raw(int status, string contentType, string body, params (string Name, string Value)[] headers) =>
        new RawReply(status, contentType, Encoding.UTF8.GetBytes(body), headers);

    internal sealed record UsualReply : CaReply;

    internal sealed record DropReply(bool Done) : CaReply;

    internal sealed record HangReply : CaReply;

    internal sealed record TruncatedReply : CaReply;

    internal sealed record EndlessReply : CaReply;

    internal sealed record HeadersReply((string Name, string Value)[] Headers) : CaReply;

    internal sealed record RawReply(int Status, string ContentType, byte[] Body, (string Name, string Value)[] Headers) : CaReply;
}
