using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>Puts together what sees to public certificates, from the config, and anew when the config has changed.</summary>
internal sealed class PublicCertificates : IAsyncDisposable
{
    private readonly AttemptGround _ground;
    private readonly Func<string, bool> _isElsewhere;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private SignalboxConfig _inForce;
    private Task _reading = Task.CompletedTask;

    /// <summary>With their secrets, which may stand in files.</summary>
    private Items<DnsProviderOptions> _providers;

    /// <summary>Of the issuers, in their order; they stand in files too.</summary>
    private Items<TrustedRoots?> _roots;

    /// <param name="config">Its issuers and DNS providers. What of them cannot be used, such as a root file that cannot be read, is left out; <see cref="Problems"/> says so.</param>
    /// <param name="place">Home, store and clock.</param>
    /// <param name="isElsewhere">True for names that the local authority answers for.</param>
    /// <param name="closed">Why nobody could come in by https at present; null when somebody could.</param>
    /// <param name="logger">The manager's.</param>
    public PublicCertificates(SignalboxConfig config, (HomeLayout Home, IRecordStore Store, TimeProvider Time) place, Func<string, bool> isElsewhere, Func<Problem?> closed, ILogger logger)
    {
        var shelf = new CertificateShelf(place.Home);
        _ground = new AttemptGround(place.Home, place.Store, shelf, place.Time);
        (_isElsewhere, _time, _logger, _inForce) = (isElsewhere, place.Time, logger, config);
        var issuers = ConfiguredIssuers.Read(config, isElsewhere);
        var providers = PublicChallenges.Read(config.DnsProviders);
        Problems = [.. issuers.Problems, .. providers.Problems];
        (_providers, _roots) = (providers.Value, Roots(issuers));
        Challenges = new PublicChallenges(_providers, Dns(config), (place.Store, place.Time), closed, logger);
        Book = new PublicBook(shelf);
        Manager = new CertificateManager(Book, Attempt(config, issuers.Options), place.Time, logger);
        Challenges.Way.Changed = Manager.Resume;
    }

    public CertificateManager Manager { get; }

    public PublicBook Book { get; }

    public PublicChallenges Challenges { get; }

    /// <summary>What is wrong with issuers and DNS providers, in the config that is in force or in one that could not come into force.</summary>
    public Items<Problem> Problems { get; private set; }

    /// <summary>
    /// Begins to read what is kept of certificates, beside whatever else a start does, and completes when the book can be asked: with thousands of them that is a third of a start.
    /// </summary>
    /// <param name="stored">The routes that are kept.</param>
    public Task ReadAsync(StoredState stored) => _reading = Task.Run(() => Manager.Load(stored.Claims.SelectMany(claim => claim.Hosts)));

    /// <summary>Begins to order and renew, once the listeners are up.</summary>
    public void Start()
    {
        Challenges.Start();
        Manager.Start();
    }

    /// <summary>
    /// Goes on by another config: from the next job on, and at once for what was paused for want of a ready issuer. One with a fault leaves the old in force. Files that it
    /// names are read anew, whether or not the config itself has changed. Called by one thread at a time.
    /// </summary>
    public void Apply(SignalboxConfig config)
    {
        var (issuers, providers, hadFaults) = (ConfiguredIssuers.Read(config, _isElsewhere), PublicChallenges.Read(config.DnsProviders), !Problems.IsEmpty);
        Problems = [.. issuers.Problems, .. providers.Problems];
        foreach (var problem in Problems) _logger.LogWarning("{Problem}", problem);
        if (!Problems.IsEmpty || (!hadFaults && config.CertifiesAs(_inForce) && providers.Value == _providers && Roots(issuers) == _roots)) return;
        (_inForce, _roots) = (config, Roots(issuers));
        if (providers.Value != _providers) Challenges.Replace(_providers = providers.Value);
        Challenges.Replace(Dns(config).Resolvers);
        Manager.Reconfigure(Attempt(config, issuers.Options));
        _logger.LogInformation("Public certificates go by the changed config.");
    }

    /// <summary>Orders end before what they show to the CA.</summary>
    public async ValueTask DisposeAsync()
    {
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Manager.DisposeAsync();
        await Challenges.DisposeAsync();
        _ground.Dispose();
    }

    /// <summary>The addresses were checked where the file was read; none are the system's.</summary>
    private static DnsOptions Dns(SignalboxConfig config) => new() { Resolvers = SystemResolvers.Parse(config.Resolvers).Value };

    private static Items<TrustedRoots?> Roots(ConfiguredIssuers issuers) => issuers.Options.Issuers.Select(issuer => issuer.Roots).ToItems();

    private Attempt Attempt(SignalboxConfig config, ManagerOptions options)
    {
        var lookup = AuthoritativeLookup.Create(Dns(config), _time);
        var preflight = new NamePreflight(lookup, new CaaCheck(lookup), new Reach(Challenges.Tokens), new TlsReach(Challenges.Certificates, _time), _time);
        return new Attempt(options, new AttemptTools(new ChallengeDesk(Challenges.Solvers), preflight), _ground, _time);
    }
}
