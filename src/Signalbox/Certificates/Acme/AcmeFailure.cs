using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>Why a request to a CA came to nothing.</summary>
internal enum AcmeFailureKind
{
    /// <summary>The CA answered with a problem document: it does not want to.</summary>
    Refused,

    /// <summary>The CA answered that it was asked too often or is busy; <see cref="AcmeFailure.RetryAt"/> says until when, where the CA did.</summary>
    RateLimited,

    /// <summary>No whole answer came: name, connection, TLS, time. The CA may or may not have done what it was asked.</summary>
    Unreachable,

    /// <summary>An answer came, but not one that the protocol allows here.</summary>
    NotUnderstood,
}

/// <summary>One failed request to a CA.</summary>
/// <param name="Kind">What kind of failure.</param>
/// <param name="Where">The URL that was asked.</param>
/// <param name="What">What happened, one sentence; the CA's own words where it had some.</param>
internal sealed record AcmeFailure(AcmeFailureKind Kind, Uri Where, string What)
{
    /// <summary>How Let's Encrypt words it (“Your account is temporarily prevented from requesting certificates for … Please visit: …/unpause?…”), by the parts least likely to change.</summary>
    private static readonly string[] Pauses = ["temporarily prevented", "paused", "unpause"];

    /// <summary>The HTTP status, when an answer came.</summary>
    public int? Status { get; init; }

    /// <summary>The CA's problem document, whole.</summary>
    public AcmeProblem? Document { get; init; }

    /// <summary>When the CA said to come back (Retry-After), in absolute time.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Where the CA explains itself: Link rel="help" (RFC 8555 6.6) or rel="terms-of-service" (7.3.3).</summary>
    public Uri? Help { get; init; }

    /// <summary>The Location of the answer: for a key change that is refused with 409, the account which has that key (RFC 8555 7.3.5).</summary>
    public Uri? Location { get; init; }

    /// <summary>True when the document, or the only kind of problem in it, is of this type (<see cref="AcmeProblemType"/>).</summary>
    public bool Is(string type) => Document?.Type == type;

    /// <summary>True when the same request may succeed later with nothing changed: the network, the CA's limits and the CA's own troubles pass.</summary>
    public bool MayPass => Kind is AcmeFailureKind.Unreachable or AcmeFailureKind.RateLimited || Status >= 500 || Is(AcmeProblemType.ServerInternal) || Is(AcmeProblemType.BadNonce);

    /// <summary>True when the answer is none that an ACME server gives, in which refusals come with a problem document (RFC 8555 6.7): most likely a machine in between gave it.</summary>
    public bool IsNotOfTheCa => Kind == AcmeFailureKind.NotUnderstood && Document is null && !MayPass;

    /// <summary>
    /// True when the CA has paused the name for this account until its owner acts, at the address in its words. There is no type for it: Let's Encrypt says rateLimited, as for
    /// limits that pass by themselves, but names no time.
    /// </summary>
    public bool IsPaused => RetryAt is null && Document is { } document
        && (document.Type.EndsWith("paused", StringComparison.OrdinalIgnoreCase)
            || (document.Type == AcmeProblemType.RateLimited && Pauses.Any(word => document.Detail?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)));

    /// <summary>The failure as everything else in the program tells one.</summary>
    public Problem ToProblem(string subject) => Kind switch
    {
        AcmeFailureKind.Refused => new(ProblemType.AcmeRefused, ProblemSide.Request, subject, $"{Where.Host} refused: {What}", HelpText, MayPass),
        AcmeFailureKind.RateLimited => new(ProblemType.AcmeRateLimited, ProblemSide.Request, subject, $"{Where.Host} asks to wait{Until}: {What}", HelpText, true),
        AcmeFailureKind.Unreachable => new(ProblemType.AcmeUnreachable, ProblemSide.System, subject, $"{Where} gave no whole answer: {What}", null, true),
        _ => new(ProblemType.AcmeNotUnderstood, ProblemSide.System, subject, $"The answer of {Where} was not understood: {What}", null, MayPass),
    };

    public override string ToString() => $"{Kind} at {Where}: {What}";

    private string Until => RetryAt is { } time ? $" until {time:yyyy-MM-dd HH:mm:ss}Z" : "";

    private string? HelpText => (Action, Help) switch
    {
        (null, null) => null,
        (null, { } help) => $"See {help}.",
        ({ } action, null) => $"Go to {action}.",
        ({ } action, { } help) => $"Go to {action}. See {help}.",
    };

    /// <summary>
    /// RFC 8555 7.3.3: with userActionRequired the “instance” is a “URL that the client should direct a human user to visit”. With other types it tells one occurrence from
    /// another (RFC 9457 3.1.5), and there need be nothing to see.
    /// </summary>
    private Uri? Action => Is(AcmeProblemType.UserActionRequired) && Uri.TryCreate(Document!.Instance, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url : null;
}
