using Signalbox.Certificates.Acme;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>One way to show a CA that a name is ours.</summary>
internal interface IChallengeSolver
{
    /// <summary>One of <see cref="ChallengeType"/>.</summary>
    string Type { get; }

    /// <summary>True when this name can be shown in this way at present. No I/O.</summary>
    bool CanSolve(Identifier identifier);

    /// <summary>
    /// Makes the answer visible to the CA; what is returned takes it away again. Safe for many names at once, and for several answers to one name.
    /// </summary>
    /// <param name="identifier">Whom it is about; for a wildcard the name under it.</param>
    /// <param name="token">The CA's (RFC 8555 8.1).</param>
    /// <param name="authorization">The key authorization for it.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<Outcome<IAsyncDisposable>> PresentAsync(Identifier identifier, string token, string authorization, CancellationToken cancellation);
}
