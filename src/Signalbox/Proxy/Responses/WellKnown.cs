using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Responses;

/// <summary>What the router itself answers under <c>/.well-known/</c> (RFC 8615), whatever is routed there: its own proofs and CAs' questions.</summary>
internal sealed class WellKnown(ProofResponder proof, ChallengeResponder challenge)
{
    private const string Prefix = "/.well-known/";

    /// <summary>True when the request may be one; the only thing asked of every request.</summary>
    public static bool IsOne(RouterContext context) => context.Message.RawTarget.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>True when the request has been answered.</summary>
    public async ValueTask<bool> AnswerAsync(RouterContext context) => await challenge.AnswerAsync(context) || (ProofResponder.IsOne(context) && await proof.AnswerAsync(context));
}
