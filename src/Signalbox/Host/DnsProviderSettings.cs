using System.Text.RegularExpressions;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>What a DNS provider of the config works with. Secrets that stand in files are read here.</summary>
internal static partial class DnsProviderSettings
{
    public static Outcome<DnsProviderOptions> Of(DnsProviderConfig config)
    {
        var zones = config.Zones.Select(DnsName.Of).ToItems();
        var made = config.Kind switch
        {
            DnsProviderConfig.Exec => Exec(config, zones),
            DnsProviderConfig.Rfc2136 => Update(config, zones),
            _ => Cloudflare(config, zones),
        };
        if (!made.Succeeded) return made;
        var options = made.Value;
        if (config.Ttl is { } ttl) options = options with { Ttl = (uint)ttl };
        if (config.Propagation is { } propagation) options = options with { Propagation = TimeSpan.FromSeconds(propagation) };
        return options;
    }

    private static Outcome<DnsProviderOptions> Exec(DnsProviderConfig config, Items<DnsName> zones)
    {
        var options = new ExecProviderOptions(config.Name, zones, config.Command[0], config.Command.Skip(1).ToItems());
        return config.Timeout is { } timeout ? options with { Timeout = TimeSpan.FromSeconds(timeout) } : options;
    }

    private static Outcome<DnsProviderOptions> Update(DnsProviderConfig config, Items<DnsName> zones)
    {
        var key = config switch
        {
            { Key: { } told } => TsigKey.Parse(told.Name, told.Algorithm, told.Secret),
            { KeyFile: { } file } => KeyOf(config.Name, file),
            _ => (Outcome<TsigKey>?)null,
        };
        if (key is { Succeeded: false } refused) return Outcome<DnsProviderOptions>.Failed(refused.Problems);
        return new Rfc2136ProviderOptions(config.Name, zones, config.Server!, key?.Value) { Zone = config.Zone is { } zone ? DnsName.Of(zone) : null };
    }

    private static Outcome<DnsProviderOptions> Cloudflare(DnsProviderConfig config, Items<DnsName> zones)
    {
        var token = config.TokenFile is { } file ? Read(config.Name, file) : config.Token!;
        if (!token.Succeeded) return Outcome<DnsProviderOptions>.Failed(token.Problems);
        if (token.Value.Trim() is not { Length: > 0 } secret || secret.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return Invalid(config.TokenFile ?? config.Name, $"The token of the DNS provider “{config.Name}” is empty, or more than one word.", "Put the token there and nothing else.");
        var options = new CloudflareProviderOptions(config.Name, zones, secret);
        if (config.Api is { } api) options = options with { BaseUrl = api };
        return config.Timeout is { } timeout ? options with { Timeout = TimeSpan.FromSeconds(timeout) } : options;
    }

    /// <summary>The one key of a file as tsig-keygen writes it: <c>key "name" { algorithm hmac-sha256; secret "…"; };</c></summary>
    private static Outcome<TsigKey> KeyOf(string provider, string file)
    {
        var text = Read(provider, file);
        if (!text.Succeeded) return Outcome<TsigKey>.Failed(text.Problems);
        var plain = Comment().Replace(text.Value, " ");
        if (KeyStatement().Matches(plain) is [var key] && Algorithm().Match(key.Groups["body"].Value) is { Success: true } algorithm && Secret().Match(key.Groups["body"].Value) is { Success: true } secret)
            return TsigKey.Parse(key.Groups["name"].Value, algorithm.Groups[1].Value, secret.Groups[1].Value);
        return Invalid(file, $"The key file of the DNS provider “{provider}” does not hold one key as BIND writes it.", "Make one: tsig-keygen -a hmac-sha256 NAME > FILE.");
    }

    private static Outcome<string> Read(string provider, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return Invalid(file, $"A file of the DNS provider “{provider}” cannot be read: {error.Message.TrimEnd('.')}.", "Check the path, and the right to read it.");
        }
    }

    private static Problem Invalid(string subject, string text, string advice) => new(ProblemType.InvalidConfig, ProblemSide.Request, subject, text, advice);

    /// <summary>BIND's three ways to write one. A base64 secret may hold two slashes: a comment begins behind a blank.</summary>
    [GeneratedRegex(@"/\*.*?\*/|(?:^|(?<=\s))(?://|#)[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("""\bkey\s+"?(?<name>[^\s"{]+)"?\s*\{(?<body>[^}]*)\}""")]
    private static partial Regex KeyStatement();

    [GeneratedRegex("""\balgorithm\s+"?([^\s";]+)"?\s*;""")]
    private static partial Regex Algorithm();

    [GeneratedRegex("""\bsecret\s+"?([^\s";]+)"?\s*;""")]
    private static partial Regex Secret();
}
