using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Challenges;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Challenges.Dns01.Providers;
using Signalbox.Certificates.Dns;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>Puts together the ways in which a name is shown to a CA, and what the listeners ask about them.</summary>
internal sealed class PublicChallenges : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly DnsProviderTable _providers;
    private readonly DnsResolver _resolver;
    private readonly DnsSolver _dns;
    private readonly DnsProviders _kinds;

    /// <param name="providers">The config's, with their secrets.</param>
    /// <param name="options">How names are looked up.</param>
    /// <param name="place">Where records that are still to be removed are kept, and the clock.</param>
    /// <param name="closed">Why nobody could come in by https at present; null when somebody could.</param>
    /// <param name="logger">Told of records that could not be removed, and of a responder that does not answer.</param>
    public PublicChallenges(IEnumerable<DnsProviderOptions> providers, DnsOptions options, (IRecordStore Store, TimeProvider Time) place, Func<Problem?> closed, ILogger logger)
    {
        var client = new DnsClient(place.Time, options.Timing);
        _resolver = new DnsResolver(client, options.Resolvers);
        var lookup = AuthoritativeLookup.Create(options, client, _resolver);
        var propagation = new Propagation(lookup, _resolver, place.Time);

        // Each request has a time limit of its own.
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _kinds = new DnsProviders(_http, options.Timing, place.Time);
        _providers = _kinds.Table(providers);
        _dns = new DnsSolver(new DnsChallenge(_providers, lookup, propagation, new StoredDnsTickets(place.Store), place.Time), place.Time, logger);
        Way = new HttpWay(Tokens, place.Time, logger);
        Solvers = [new HttpSolver(Tokens, () => Way.Closed), new TlsAlpnSolver(Certificates, closed, place.Time), _dns];
    }

    public TokenTable Tokens { get; } = new();

    public TlsAlpnTable Certificates { get; } = new();

    /// <summary>Whether CAs can come in by plain HTTP.</summary>
    public HttpWay Way { get; }

    public IReadOnlyList<IChallengeSolver> Solvers { get; }

    /// <summary>The config's providers, with their secrets. A file of one that cannot be read is a problem (<see cref="ProblemType.InvalidConfig"/>), as is what is in it.</summary>
    public static Outcome<Items<DnsProviderOptions>> Read(Items<DnsProviderConfig> providers)
    {
        var read = providers.Select(DnsProviderSettings.Of).ToList();
        var problems = read.Where(one => !one.Succeeded).SelectMany(one => one.Problems).ToItems();
        return problems.IsEmpty ? read.Select(one => one.Value!).ToItems() : Outcome<Items<DnsProviderOptions>>.Failed(problems);
    }

    /// <summary>Asks these providers from now on; what others have put into the DNS they take out again.</summary>
    public void Replace(Items<DnsProviderOptions> providers) => _providers.Replace(_kinds.All(providers));

    /// <summary>Asks these resolvers from now on, also in the middle of an order; none means the system's.</summary>
    public void Replace(Items<DnsServer> resolvers) => _resolver.Replace(resolvers);

    /// <summary>Begins to remove what an earlier process left in the DNS. Returns at once.</summary>
    public void Start() => _dns.Start();

    public async ValueTask DisposeAsync()
    {
        Way.Dispose();
        await _dns.DisposeAsync();
        _providers.Dispose();
        _http.Dispose();
    }
}
