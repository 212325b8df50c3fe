using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Cli.Output;

/// <summary>A config with every default filled in, as the YAML it could be read from and as JSON of the same shape.</summary>
internal static class ConfigText
{
    /// <summary>In place of a secret.</summary>
    private const string Secret = "(not shown)";

    public static JsonObject ToJson(SignalboxConfig config) => new()
    {
        ["listen"] = new JsonObject { ["http"] = config.Listen.Http, ["https"] = config.Listen.Https, ["bind"] = config.Listen.Bind },
        ["transport"] = config.Transport,
        ["eventLoops"] = config.EventLoops,
        ["baseDomains"] = List(config.BaseDomains, text => text),
        ["trustedProxies"] = List(config.TrustedProxies, network => network.ToString()),
        ["planes"] = List(config.Planes, text => text),
        ["routes"] = List(config.Routes, route => new JsonObject
        {
            ["host"] = route.Host,
            ["path"] = route.Path,
            ["to"] = route.To.ToString(),
            ["tls"] = Tls(config, route),
            ["hostHeader"] = route.HostHeader,
        }),
        ["certificates"] = new JsonObject
        {
            ["resolvers"] = List(config.Resolvers, text => text),
            ["dns"] = List(config.DnsProviders, Provider),
            ["issuers"] = List(config.Issuers, issuer => new JsonObject
            {
                ["name"] = issuer.Name,
                ["directory"] = issuer.Directory.ToString(),
                ["email"] = issuer.Email,
                ["termsAgreed"] = issuer.TermsAgreed,
                ["rootFile"] = issuer.RootFile,
                ["staging"] = issuer.Staging?.ToString(),
                // The identifier tells which account it is; the key is nobody's business, not even in somebody's own terminal.
                ["externalAccount"] = issuer.ExternalAccount is { } account ? new JsonObject { ["keyId"] = account.KeyId, ["macKey"] = Secret } : null,
                ["profile"] = issuer.Profile,
                ["preferredChain"] = issuer.PreferredChain,
                ["key"] = issuer.Key,
                ["limits"] = issuer.Limited ? "letsencrypt" : "none",
                ["preflight"] = issuer.Preflight ? "on" : "off",
                ["challenges"] = List(issuer.Challenges, text => text),
            }),
            ["names"] = List(config.Names, name => new JsonObject
            {
                ["host"] = name.Host,
                ["issuer"] = name.Issuer,
                ["challenges"] = name.Challenges.IsEmpty ? null : List(name.Challenges, text => text),
                ["key"] = name.Key,
                ["profile"] = name.Profile,
                ["off"] = name.Off,
            }),
        },
    };

    /// <summary>What a kind of provider does not have is left out: the file may not hold it.</summary>
    private static JsonObject Provider(DnsProviderConfig provider)
    {
        var json = new JsonObject { ["name"] = provider.Name, ["provider"] = provider.Kind };
        if (!provider.Zones.IsEmpty) json["zones"] = List(provider.Zones, zone => zone);
        if (provider.Propagation is { } propagation) json["propagation"] = propagation;
        if (provider.Ttl is { } ttl) json["ttl"] = ttl;
        if (provider.Timeout is { } timeout) json["timeout"] = timeout;
        if (!provider.Command.IsEmpty) json["command"] = List(provider.Command, word => word);
        if (provider.Server is { } server) json["server"] = server.Host.Contains(':') ? $"[{server.Host}]:{server.Port}" : $"{server.Host}:{server.Port}";
        if (provider.Zone is { } zone) json["zone"] = zone;
        if (provider.Key is { } key) json["key"] = new JsonObject { ["name"] = key.Name, ["algorithm"] = key.Algorithm, ["secret"] = Secret };
        if (provider.KeyFile is { } keyFile) json["keyFile"] = keyFile;
        if (provider.Token is not null) json["token"] = Secret;
        if (provider.TokenFile is { } tokenFile) json["tokenFile"] = tokenFile;
        if (provider.Api is { } api) json["api"] = api.ToString();
        return json;
    }

    /// <summary>Block maps at the top, one flow map an entry of a list; strings quoted as in JSON, which YAML 1.2 contains.</summary>
    public static string ToYaml(SignalboxConfig config)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in ToJson(config)) Write(text, key, value, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, string key, JsonNode? value, int indent)
    {
        text.Append(CultureInfo.InvariantCulture, $"{new string(' ', indent)}{key}:");
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                text.Append('\n');
                foreach (var (name, inner) in map) Write(text, name, inner, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list) text.Append(CultureInfo.InvariantCulture, $"{new string(' ', indent + 2)}- {Flow(item)}\n");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $" {Flow(value)}\n");
                break;
        }
    }

    private static string Flow(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject map => $"{{ {string.Join(", ", map.Select(pair => $"{pair.Key}: {Flow(pair.Value)}"))} }}",
        JsonArray list => $"[{string.Join(", ", list.Select(Flow))}]",
        _ => value.ToJsonString(),
    };

    private static JsonNode Tls(SignalboxConfig config, RouteEntry route)
    {
        if (route.Tls != TlsMode.Own) return route.Tls == TlsMode.Off ? "off" : "auto";
        var files = config.OwnFiles.First(files => files.Host == route.Host);
        return new JsonObject { ["cert"] = files.Certificate, ["key"] = files.Key };
    }

    private static JsonArray List<T>(Items<T> items, Func<T, JsonNode?> one) => new([.. items.Select(one)]);
}
