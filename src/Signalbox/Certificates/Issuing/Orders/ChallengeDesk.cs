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

    /// <summary>Why the name can be shown by none of these challenges from here at present, whatever the CA will offer; null when it can by some.</summary>
    public async ValueTask<Problem?> ObstacleAsync(Identifier identifier, Items<string> preference, CancellationToken stop)
    {
        List<Problem> obstacles = [];

        // What may have to ask others comes last, and only where nothing else will do: names that need no DNS provider do not wait for a network that answers nothing.
        foreach (var type in preference.OrderBy(type => Find(type)?.IsSlow == true))
        {
            var obstacle = Find(type) is { } solver ? await solver.ObstacleAsync(identifier, stop) : None(identifier, type);
            if (obstacle is null) return null;
            obstacles.Add(obstacle);
        }

        // Said at once with what is to be done: it is shown as the reason why nothing is ordered.
        var advice = identifier.IsWildcard ? ChallengeObstacle.WildcardAdvice : obstacles.Select(obstacle => obstacle.Advice).FirstOrDefault(advice => advice is not null);
        return new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, identifier.Value,
            string.Join(' ', obstacles.Select(obstacle => obstacle.Text).Append(advice).OfType<string>().Distinct()), Retry: true);
    }

    /// <summary>What will be answered, made visible; disposing it takes it away.</summary>
    /// <param name="authorization">What the CA wants to be shown.</param>
    /// <param name="account">Whose key the answers are made with.</param>
    /// <param name="wish">What is known of the name.</param>
    /// <param name="preference">The challenges that may be used.</param>
    /// <param name="waits">Told true while others are waited for, false when that is over.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<OrderResult<Shown>> ShowAsync(Authorization authorization, AcmeIdentity account, OrderWish wish, Items<string> preference, Action<bool> waits, CancellationToken stop)
    {
        // The identifier of a wildcard's authorization has no “*.” (RFC 8555 7.1.4); whether it is one is told beside it.
        var identifier = authorization.Wildcard ? authorization.Identifier with { Value = "*." + authorization.Identifier.Base } : authorization.Identifier;
        OrderFailure? last = null;
        foreach (var challenge in Order(authorization.Challenges, preference, wish.Known))
        {
            if (Find(challenge.Type) is not { } solver) continue;
            if (await solver.ObstacleAsync(identifier, stop) is { } obstacle)
            {
                // It was not there when the order was begun: the order stands until it is over.
                last ??= OrderFailure.Closed(obstacle) with { KeepsOrder = true };
                continue;
            }

            if (solver.IsSlow) waits(true);
            var answer = await solver.PresentAsync(identifier, challenge.Token!, KeyAuthorization.Of(challenge.Token!, account.Key), stop);
            if (solver.IsSlow) waits(false);
            if (answer.Succeeded) return new Shown(challenge, answer.Value);
            last = OrderFailure.Of(answer.Problem) with { Challenge = challenge.Type };
        }

        return last ?? OrderFailure.Of(new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, wish.Name.Value,
            $"The CA offers {string.Join(", ", authorization.Challenges.Select(challenge => challenge.Type))}, and none of these can be answered for this name here.",
            wish.Name.IsWildcard ? ChallengeObstacle.WildcardAdvice : "Look at the issuer's challenges and at the listeners (`signalbox status`)."));
    }

    private IChallengeSolver? Find(string type) => solvers.FirstOrDefault(solver => solver.Type == type);

    private static Problem None(Identifier identifier, string type) => new(ProblemType.CertificateUnavailable, ProblemSide.Request, identifier.Value, $"{type} is not answered here.");
}

/// <summary>A challenge whose answer can be seen.</summary>
internal sealed record Shown(Challenge Challenge, IAsyncDisposable Answer);
