using Signalbox.Certificates.Acme;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>One way to show a CA that a name is ours.</summary>
internal interface IChallengeSolver
{
    /// <summary>One of <see cref="ChallengeType"/>.</summary>
    string Type { get; }

    /// <summary>True when showing an answer mostly means waiting for others, for seconds or minutes: other names are worked on meanwhile.</summary>
    bool IsSlow => false;

    /// <summary>What stands in the way of showing this name in this way at present; null when nothing does. Asked before anything is ordered, and changes nothing.</summary>
    ValueTask<Problem?> ObstacleAsync(Identifier identifier, CancellationToken cancellation);

    /// <summary>
    /// Makes the answer visible to the CA; what is returned takes it away again. Safe for many names at once, and for several answers to one name.
    /// </summary>
    /// <param name="identifier">Whom it is about; a wildcard with its <c>*.</c>.</param>
    /// <param name="token">The CA's (RFC 8555 8.1).</param>
    /// <param name="authorization">The key authorization for it.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<Outcome<IAsyncDisposable>> PresentAsync(Identifier identifier, string token, string authorization, CancellationToken cancellation);
}
