using Signalbox.Certificates.Acme;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>tls-alpn-01 (RFC 8737): a certificate made for it is shown to clients that offer <c>acme-tls/1</c> for the name, by the https listener that is there anyway.</summary>
/// <param name="table">What the listener asks.</param>
/// <param name="closed">Why nobody could come in by https at present; null when somebody could.</param>
/// <param name="time">For the certificates' times.</param>
internal sealed class TlsAlpnSolver(TlsAlpnTable table, Func<Problem?> closed, TimeProvider time) : IChallengeSolver
{
    public string Type => ChallengeType.TlsAlpn;

    public ValueTask<Problem?> ObstacleAsync(Identifier identifier, CancellationToken cancellation) => new(ChallengeObstacle.OfWildcard(identifier, Type) ?? closed());

    public async ValueTask<Outcome<IAsyncDisposable>> PresentAsync(Identifier identifier, string token, string authorization, CancellationToken cancellation)
    {
        var context = await TlsAlpnTable.MakeAsync(identifier, authorization, time.GetUtcNow(), cancellation);

        // RFC 8737 3: the CA asks for the name by SNI; RFC 8738 6: for an address by its reverse mapping.
        return Outcome<IAsyncDisposable>.Of(await table.ShowAsync(identifier.ServerName, context, cancellation));
    }
}
