using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Challenges;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>Chooses how a name is shown to a CA, and shows it.</summary>
internal sealed class ChallengeDesk(IReadOnlyList<IChallengeSolver> solvers)
{
    /// <summary>
    /// The challenges of an authorization that we can answer, best first: the one the CA is at already; what worked for this name before, then the issuer's order; what failed since comes last, the
    /// one that failed longest ago before the others. Pure.
    /// </summary>
    public static IEnumerable<Challenge> Order(IEnumerable<Challenge> offered, Items<string> preference, NameRecord known) =>
        from challenge in offered
        let place = preference.AsSpan().IndexOf(challenge.Type)
        where place >= 0 && challenge.Token is not null
        let failed = known.FailedChallenges.AsSpan().LastIndexOf(challenge.Type)
        orderby challenge.Status == ChallengeStatus.Processing ? 0 : 1, failed, challenge.Type == known.Challenge ? -1 : place
        select challenge;

    /// <summary>What will be answered, made visible; disposing it takes it away.</summary>
    public async ValueTask<OrderResult<Shown>> ShowAsync(Authorization authorization, AcmeIdentity account, OrderWish wish, Items<string> preference, CancellationToken stop)
    {
        // The identifier of a wildcard's authorization has no “*.” (RFC 8555 7.1.4); whether it is one is told beside it.
        var identifier = authorization.Wildcard ? authorization.Identifier with { Value = "*." + authorization.Identifier.Base } : authorization.Identifier;
        OrderFailure? last = null;
        foreach (var challenge in Order(authorization.Challenges, preference, wish.Known))
        {
            if (Find(challenge.Type) is not { } solver || !solver.CanSolve(identifier)) continue;
            var answer = await solver.PresentAsync(identifier, challenge.Token!, KeyAuthorization.Of(challenge.Token!, account.Key), stop);
            if (answer.Succeeded) return new Shown(challenge, answer.Value);
            last = OrderFailure.Of(answer.Problem) with { Challenge = challenge.Type };
        }

        return last ?? OrderFailure.Of(new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, wish.Name.Value,
            $"The CA offers {string.Join(", ", authorization.Challenges.Select(challenge => challenge.Type))}, and none of these can be answered for this name here.",
            wish.Name.IsWildcard ? "A wildcard needs dns-01: configure a DNS provider for its zone." : "Look at the issuer's challenges and at the listeners (`signalbox status`)."));
    }

    private IChallengeSolver? Find(string type) => solvers.FirstOrDefault(solver => solver.Type == type);
}

/// <summary>A challenge whose answer can be seen.</summary>
internal sealed record Shown(Challenge Challenge, IAsyncDisposable Answer);
