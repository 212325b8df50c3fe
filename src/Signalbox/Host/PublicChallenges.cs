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
    private readonly DnsSolver _dns;

    private PublicChallenges(HttpClient http, DnsProviderTable providers, DnsSolver dns, Func<Problem?> closed, (TimeProvider Time, ILogger Logger) tools)
    {
        (_http, _providers, _dns) = (http, providers, dns);
        Way = new HttpWay(Tokens, tools.Time, tools.Logger);
        Solvers = [new HttpSolver(Tokens, () => Way.Closed), new TlsAlpnSolver(Certificates, closed, tools.Time), dns];
    }

    public TokenTable Tokens { get; } = new();

    public TlsAlpnTable Certificates { get; } = new();

    /// <summary>Whether CAs can come in by plain HTTP.</summary>
    public HttpWay Way { get; }

    public IReadOnlyList<IChallengeSolver> Solvers { get; }

    /// <param name="providers">The config's. A file of a secret that cannot be read is a problem (<see cref="ProblemType.InvalidConfig"/>), as is what is in it.</param>
    /// <param name="options">How names are looked up.</param>
    /// <param name="place">Where records that are still to be removed are kept, and the clock.</param>
    /// <param name="closed">Why nobody could come in by https at present; null when somebody could.</param>
    /// <param name="logger">Told of records that could not be removed, and of a responder that does not answer.</param>
    public static Outcome<PublicChallenges> Make(Items<DnsProviderConfig> providers, DnsOptions options, (IRecordStore Store, TimeProvider Time) place, Func<Problem?> closed, ILogger logger)
    {
        var read = providers.Select(DnsProviderSettings.Of).ToList();
        var problems = read.Where(one => !one.Succeeded).SelectMany(one => one.Problems).ToItems();
        if (!problems.IsEmpty) return Outcome<PublicChallenges>.Failed(problems);
        var client = new DnsClient(place.Time, options.Timing);
        var lookup = AuthoritativeLookup.Create(options, place.Time);
        var propagation = new Propagation(lookup, new DnsResolver(client, options.Resolvers), place.Time);

        // Each request has a time limit of its own.
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var table = new DnsProviders(http, options.Timing, place.Time).Table(read.Select(one => one.Value!));
        var challenge = new DnsChallenge(table, lookup, propagation, new StoredDnsTickets(place.Store), place.Time);
        return new PublicChallenges(http, table, new DnsSolver(challenge, place.Time, logger), closed, (place.Time, logger));
    }

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
