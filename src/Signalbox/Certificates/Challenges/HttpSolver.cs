using Signalbox.Certificates.Acme;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>http-01: the answer stands in the table that the http listener asks (RFC 8555 8.3). Nothing is bound, routed or started for it.</summary>
/// <param name="tokens">That table.</param>
/// <param name="closed">Why nobody could come in for an answer at present (<see cref="HttpWay"/>); null where that is not asked.</param>
internal sealed class HttpSolver(TokenTable tokens, Func<Problem?>? closed = null) : IChallengeSolver
{
    public string Type => ChallengeType.Http;

    public ValueTask<Problem?> ObstacleAsync(Identifier identifier, CancellationToken cancellation) => new(ChallengeObstacle.OfWildcard(identifier, Type) ?? closed?.Invoke());

    public ValueTask<Outcome<IAsyncDisposable>> PresentAsync(Identifier identifier, string token, string authorization, CancellationToken cancellation)
    {
        tokens.Put(token, authorization);
        return new(Outcome<IAsyncDisposable>.Of(new Presented(tokens, token)));
    }

    private sealed class Presented(TokenTable tokens, string token) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            tokens.Remove(token);
            return ValueTask.CompletedTask;
        }
    }
}
