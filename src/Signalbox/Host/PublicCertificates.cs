using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>Puts together what sees to public certificates, from the config.</summary>
internal sealed record PublicCertificates(CertificateManager Manager, PublicBook Book, PublicChallenges Challenges) : IAsyncDisposable
{
    /// <param name="config">Its issuers. A root file that cannot be read is a problem (<see cref="ProblemType.InvalidConfig"/>), as is an external account's key.</param>
    /// <param name="place">Home, store and clock.</param>
    /// <param name="isElsewhere">True for names that the local authority answers for.</param>
    /// <param name="closed">Why nobody could come in by https at present; null when somebody could.</param>
    /// <param name="logger">The manager's.</param>
    public static Outcome<PublicCertificates> Make(SignalboxConfig config, (HomeLayout Home, IRecordStore Store, TimeProvider Time) place, Func<string, bool> isElsewhere, Func<Problem?> closed, ILogger logger)
    {
        var issuers = config.Issuers.Select(Settings).ToList();
        var problems = issuers.Where(issuer => !issuer.Succeeded).SelectMany(issuer => issuer.Problems).ToItems();
        if (!problems.IsEmpty) return Outcome<PublicCertificates>.Failed(problems);
        var options = new ManagerOptions { Issuers = issuers.Select(issuer => issuer.Value!).ToItems(), IsElsewhere = isElsewhere };
        var shelf = new CertificateShelf(place.Home);
        var book = new PublicBook(shelf);
        var resolvers = SystemResolvers.Parse(config.Resolvers);
        if (!resolvers.Succeeded) return Outcome<PublicCertificates>.Failed(resolvers.Problems);
        var dns = new DnsOptions { Resolvers = resolvers.Value };
        var challenges = PublicChallenges.Make(config.DnsProviders, dns, (place.Store, place.Time), closed, logger);
        if (!challenges.Succeeded) return Outcome<PublicCertificates>.Failed(challenges.Problems);
        var lookup = AuthoritativeLookup.Create(dns, place.Time);
        var preflight = new NamePreflight(lookup, new CaaCheck(lookup), new Reach(challenges.Value.Tokens), place.Time);
        var tools = new AttemptTools(new ChallengeDesk(challenges.Value.Solvers), preflight);
        var attempt = new Attempt(options, tools, new AttemptGround(place.Home, place.Store, shelf, place.Time), place.Time);
        var manager = new CertificateManager(book, attempt, place.Time, logger);
        challenges.Value.Way.Opened = manager.Resume;
        return new PublicCertificates(manager, book, challenges.Value);
    }

    /// <summary>Begins to order and renew, once the listeners are up.</summary>
    public void Start()
    {
        Challenges.Start();
        Manager.Start();
    }

    /// <summary>Orders end before what they show to the CA.</summary>
    public async ValueTask DisposeAsync()
    {
        await Manager.DisposeAsync();
        await Challenges.DisposeAsync();
    }

    private static Outcome<IssuerSettings> Settings(IssuerConfig config)
    {
        var settings = new IssuerSettings(config.Name, config.Directory)
        {
            Email = config.Email,
            TermsAgreed = config.TermsAgreed,
            Profile = config.Profile,
            PreferredChain = config.PreferredChain,
            Preflight = config.Preflight,
            Limits = config.Limited ? CaLimits.Public : CaLimits.None,
            Key = config.Key switch
            {
                "ecdsa-p384" => KeyKind.EcdsaP384,
                "rsa-2048" => KeyKind.Rsa2048,
                "rsa-3072" => KeyKind.Rsa3072,
                "rsa-4096" => KeyKind.Rsa4096,
                _ => KeyKind.EcdsaP256,
            },
        };
        if (config.Staging is { } staging) settings = settings with { Staging = staging };
        if (!config.Challenges.IsEmpty) settings = settings with { Challenges = config.Challenges };
        if (config.RootFile is { } file)
        {
            var roots = Roots(config.Name, file);
            if (!roots.Succeeded) return Outcome<IssuerSettings>.Failed(roots.Problems);
            settings = settings with { Roots = roots.Value };
        }

        if (config.ExternalAccount is not { } account) return settings;
        var binding = ExternalAccount.Parse(account.KeyId, account.MacKey);
        return binding.Succeeded ? settings with { Binding = binding.Value } : Outcome<IssuerSettings>.Failed(binding.Problems);
    }

    private static Outcome<TrustedRoots> Roots(string issuer, string file)
    {
        try
        {
            return TrustedRoots.Read(file, File.ReadAllBytes(file));
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.InvalidConfig, ProblemSide.Request, file, $"The root file of the issuer “{issuer}” cannot be read: {error.Message.TrimEnd('.')}.", "Check the path, and the right to read it.");
        }
    }
}
