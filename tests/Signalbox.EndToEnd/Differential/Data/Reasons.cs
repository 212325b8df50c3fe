namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>Why others do otherwise than the lane: the words of docs/compatibility.md.</summary>
internal static class Reasons
{
    public const string SentWhole =
        "The framework’s client passes an answer on only after the request’s body has been sent whole.";

    public const string EmptyContent =
        "The framework’s client repeats a request without a body by itself; what may not be repeated, and what has fields that describe a body, is given an empty one, and so a length of 0.";

    public const string KnownMethod =
        "The framework’s client writes a method it knows in capitals.";

    public const string LengthOfNothing =
        "The framework’s client leaves a length of 0 out where the method needs none.";

    public const string FrameworkParser =
        "The framework’s client takes answers with two readings that the lane refuses.";

    public const string WhenSeen =
        "A fault behind the first octets of a body is answered 502 when it is seen before the head has gone out, and by a cut connection when after; which of them hangs on how much is looked at once.";

    public const string FrameworkRetries =
        "The framework’s client repeats up to three times, but not after a reset.";

    public const string OwnMethods =
        "nginx refuses TRACE and CONNECT, and methods of other characters than capital letters, hyphen and underscore.";

    public const string Tunnels =
        "HAProxy carries CONNECT to the backend; ours is no proxy for clients that ask for one.";

    public const string SaysNothing =
        "Ours says a length of 0 where a method is about a body and there is none (RFC 9110 8.6).";

    public const string DotSegments =
        "Ours removes dot segments, so that the match and the backend see the same path.";

    public const string Decoding =
        "nginx refuses a path that it cannot decode; ours leaves that to the backend.";

    public const string TargetCharacters =
        "Ours refuses targets with characters that no target may have (RFC 9112 3.2), and an encoded zero.";

    public const string OneHost =
        "Ours refuses a request that does not name one host and only one (RFC 9112 3.2).";

    public const string AbsoluteForm =
        "HAProxy passes absolute form on; ours makes origin-form of it, as every origin server takes that.";

    public const string Asterisk =
        "OPTIONS * is about the server that is asked (RFC 9110 9.3.7): ours answers it, nginx refuses it, HAProxy asks the backend.";

    public const string OtherStatus =
        "Refused by both, with another status.";

    public const string OtherLimit =
        "Another limit of size, as it was set here.";

    public const string NginxNames =
        "nginx drops a field whose name has other characters than letters, digits, hyphen and underscore.";

    public const string HopByHop =
        "Ours keeps to itself what belongs to one connection: the fields that Connection names, Proxy-Connection, HTTP2-Settings and an Upgrade that is none (RFC 9110 7.6.1).";

    public const string NginxTe =
        "nginx drops TE, and trailers.";

    public const string TwoReadings =
        "Ours refuses requests with two readings, and what is against the grammar of RFC 9112.";

    public const string LateOpening =
        "They look at the first of the body before they connect to the backend; ours connects at once.";

    public const string NoWord =
        "nginx closes without an answer.";

    public const string NoContent =
        "204 has no length (RFC 9110 8.6); nginx passes it on.";

    public const string ReasonPhrases =
        "The server under ours puts the usual reason in the place of an empty one, and writes reasons in ASCII.";

    public const string EmptyBody =
        "The framework’s client learns that a body is empty before the head goes out, which then has a length of 0.";

    public const string CodingOfNothing =
        "HAProxy passes the coding on that a body would have had (RFC 9112 6.1 allows both).";

    public const string LooseAnswers =
        "Ours answers 502 to an answer with two readings or against the grammar, and throws the connection away; they pass on what they make of it.";

    public const string NginxInterims =
        "nginx 1.22 takes any 1xx for the final answer, and what follows for its body.";

    public const string NginxExpects =
        "nginx answers Expect by itself and does not pass it on; where the backend answers 100 nevertheless, it takes that for the final answer.";

    public const string HaproxyExpects =
        "HAProxy passes every expectation on as it came, and waits for the backend’s word without an end.";

    public const string HaproxyInterims =
        "HAProxy passes 100 on also when the client did not wait for one, or the final answer never came.";

    public const string HalfClose =
        "Ours lets a client end its sending and still gives it its answer; they take it for gone.";

    public const string CutOldBody =
        "A body that is told by the connection’s end is cut by a reset through ours; nginx ends it like a whole one.";

    public const string UntilClose =
        "Ours gives HTTP/1.1 a body that ends with the backend’s connection in chunks: so the client’s connection stays, and a cut body is seen to be one. HAProxy passes it on as it is, a reset as an end.";

    public const string NginxRetries =
        "nginx repeats every request but POST, PATCH and LOCK on a stale connection, also when part of an answer has come; ours only what RFC 9110 9.2.2 calls idempotent, without a body, and before the first octet of an answer.";

    public const string HaproxyRetries =
        "HAProxy closes the client’s connection without an answer when a kept one of its own was stale, so that the client repeats.";

    public const string UpgradeConnection =
        "General asks for an upgrade on a connection of its own, which is not kept when the backend says no.";

    public const string OldUpgrade =
        "HTTP/1.0 has no upgrade (RFC 9110 7.8); HAProxy refuses the request, ours carries it without.";

    public const string Versions =
        "Ours speaks HTTP/1.0 and HTTP/1.1 on this listener, and refuses other versions.";

    public const string OtherSidesVersion =
        "HAProxy speaks to each side in the version of the other; ours speaks its own, HTTP/1.1 (RFC 9112 2.3).";

    public const string OldKept =
        "nginx keeps no connection to a backend that speaks HTTP/1.0.";

    public const string GoesOn =
        "HAProxy goes on to send an upload after its answer is over; ours stops, since the backend has said its last word.";

    public const string StopsReading =
        "nginx closes the client’s connection when an answer comes before the upload has; ours reads the rest away and keeps it.";

    public const string FrameworkInterims =
        "The framework’s client keeps 1xx answers to itself.";

    public const string FrameworkTrailers =
        "The framework’s client sends no trailers, and its server writes none on HTTP/1.1.";

    public const string LooksWhole =
        "Over HTTP/2 HAProxy ends an answer that its backend has cut like a whole one; ours resets the stream.";

    public const string StreamReset =
        "Over HTTP/2 HAProxy resets the stream where a backend has broken off before its answer; ours answers 502.";

    public const string Http2Interims =
        "Ours keeps 1xx answers to itself on HTTP/2, where its server has no place for them.";

    public const string HeadHeldBack =
        "Over HTTP/2 nginx holds an answer’s head back until some of its body has come.";

    public const string NoExtendedConnect =
        "nginx 1.22 knows no WebSocket over HTTP/2 (RFC 8441).";

    public const string ExtendedConnect =
        "HAProxy passes fields of the handshake on that HTTP/2 has no use for (RFC 8441 5), answers it itself, and takes any success for a yes.";

    public const string LengthAndTrailers =
        "Ours tells the length of 0 also where trailers follow nothing.";

    public const string HaproxyNoContent =
        "204 has no length (RFC 9110 8.6); HAProxy passes it on over HTTP/2.";

    public const string FramingTrailers =
        "Over HTTP/2 HAProxy resets a stream whose trailers frame; ours leaves them out, as nothing in HTTP/2 is framed by fields.";

    public const string LooseTrailers =
        "Ours leaves out trailers that frame or route (RFC 9110 6.5.1).";
}
