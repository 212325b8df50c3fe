using Signalbox.Certificates.Acme.Http;

namespace Signalbox.Certificates.Acme;

/// <summary>
/// The wire to one CA, by resource. It knows no policy: it stores nothing, waits for nothing, and repeats nothing but a request whose nonce was refused.
/// Waiting times come back as <c>RetryAt</c>. Safe to use from many places at once; keep one for each CA, for its nonces and connections.
/// </summary>
internal sealed class AcmeClient : IDisposable
{
    private readonly AcmeWire _wire;

    public AcmeClient(AcmeServer server, TimeProvider time)
    {
        _wire = new AcmeWire(server, time);
        Directory = new DirectoryResource(_wire);
        Accounts = new AccountResource(_wire);
        Orders = new OrderResource(_wire);
        Authorizations = new AuthorizationResource(_wire);
        Challenges = new ChallengeResource(_wire);
        Certificates = new CertificateResource(_wire);
        Revocations = new RevocationResource(_wire);
        Renewals = new RenewalInfoResource(_wire);
    }

    public AcmeServer Server => _wire.Server;

    public DirectoryResource Directory { get; }

    public AccountResource Accounts { get; }

    public OrderResource Orders { get; }

    public AuthorizationResource Authorizations { get; }

    public ChallengeResource Challenges { get; }

    public CertificateResource Certificates { get; }

    public RevocationResource Revocations { get; }

    public RenewalInfoResource Renewals { get; }

    public void Dispose() => _wire.Dispose();
}
