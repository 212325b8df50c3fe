using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>Reads what the config says of issuers and names into what the manager goes by. An issuer that cannot be used as written is there with its fault, and nothing else suffers.</summary>
/// <param name="Options">For the manager.</param>
/// <param name="Problems">The faults of all issuers.</param>
internal sealed record ConfiguredIssuers(ManagerOptions Options, Items<Problem> Problems)
{
    public static ConfiguredIssuers Read(SignalboxConfig config, Func<string, bool> isElsewhere)
    {
        var issuers = config.Issuers.Select(Settings).ToList();
        return new ConfiguredIssuers(
            new ManagerOptions { Issuers = issuers.ToItems(), Names = config.Names.Select(Settings).ToItems(), IsElsewhere = isElsewhere },
            issuers.Select(issuer => issuer.Fault).OfType<Problem>().ToItems());
    }

    private static IssuerSettings Settings(IssuerConfig config)
    {
        var settings = new IssuerSettings(config.Name, config.Directory)
        {
            Email = config.Email,
            TermsAgreed = config.TermsAgreed,
            Profile = config.Profile,
            PreferredChain = config.PreferredChain,
            Preflight = config.Preflight,
            Limits = config.Limited ? CaLimits.Public : CaLimits.None,
            Key = Kind(config.Key),
        };
        if (config.Staging is { } staging) settings = settings with { Staging = staging };
        if (!config.Challenges.IsEmpty) settings = settings with { Challenges = config.Challenges };
        if (config.RootFile is { } file)
        {
            var roots = Roots(config.Name, file);
            settings = roots.Succeeded ? settings with { Roots = roots.Value } : settings with { Fault = roots.Problem };
        }

        if (config.ExternalAccount is not { } account) return settings;
        var binding = ExternalAccount.Parse(account.KeyId, account.MacKey);
        return binding.Succeeded ? settings with { Binding = binding.Value } : settings with { Fault = binding.Problem };
    }

    private static NameSettings Settings(NameConfig config) => new(config.Host)
    {
        Issuer = config.Issuer,
        Challenges = config.Challenges,
        Key = config.Key is { } key ? Kind(key) : null,
        Profile = config.Profile,
        Off = config.Off,
    };

    private static KeyKind Kind(string key) => key switch
    {
        "ecdsa-p384" => KeyKind.EcdsaP384,
        "rsa-2048" => KeyKind.Rsa2048,
        "rsa-3072" => KeyKind.Rsa3072,
        "rsa-4096" => KeyKind.Rsa4096,
        _ => KeyKind.EcdsaP256,
    };

    private static Outcome<TrustedRoots> Roots(string issuer, string file)
    {
        try
        {
            return TrustedRoots.Read(file, File.ReadAllBytes(file));
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.InvalidConfig, ProblemSide.Request, file, $"The root file of the issuer “{issuer}” cannot be read: {error.Message.TrimEnd('.')}.",
                "Check the path, and the right to read it; then save signalbox.yaml once more.");
        }
    }
}
