using Microsoft.AspNetCore.Connections;
using Signalbox.Model;

namespace Signalbox.Proxy;

/// <summary>What the router asks of the rest of the program; everything is answered from memory or handed over at once.</summary>
/// <param name="Book">Certificates by name, asked at each handshake.</param>
/// <param name="Proof">Tells this daemon's own proof requests from anybody else's.</param>
/// <param name="Observer">Told what requests learn of backends.</param>
/// <param name="Directory">What the error pages want to know.</param>
internal sealed record RouterServices(ICertificateBook Book, ProofNonce Proof, IBackendObserver Observer, IRouteDirectory Directory)
{
    /// <summary>What CAs are answered; nothing where no public certificates are wanted.</summary>
    public IChallengeAnswers Challenges { get; init; } = NoChallenges.Instance;

    /// <summary>What CAs are shown in a handshake; nothing where names are proved in other ways.</summary>
    public IChallengeCertificates ChallengeCertificates { get; init; } = NoChallengeCertificates.Instance;

    /// <summary>Makes the pools that the event loops' buffers come from; null: the server's own. On the framework's sockets it has no meaning.</summary>
    public IMemoryPoolFactory<byte>? Memory { get; init; }
}
