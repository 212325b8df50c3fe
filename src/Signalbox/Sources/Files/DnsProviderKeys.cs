namespace Signalbox.Sources.Files;

/// <summary>Every key of an entry of <c>certificates.dns</c>. Which of them a kind of provider has is <see cref="DnsProviderBinder"/>'s to say.</summary>
internal static class DnsProviderKeys
{
    /// <summary>A command or a service that takes longer than an hour is broken; a CA's authorization waits for days.</summary>
    private const int MostSeconds = 3600;

    /// <summary>A day: what some services take for the least is an hour, and nobody means more for a record that is there for minutes.</summary>
    private const int MostTtl = 86400;

    private static readonly MapShape<DnsKeyDraft> Key = new(
        "a mapping with name, algorithm, secret",
        new ConfigKey<DnsKeyDraft, Located<string>>("name", "What the server calls the key.",
            new TextShape(), (draft, value) => draft.Name = value, Required: true),
        new ConfigKey<DnsKeyDraft, Located<string>>("algorithm", "hmac-sha256 (default) or hmac-sha512.",
            new ChoiceShape("hmac-sha256", "hmac-sha512"), (draft, value) => draft.Algorithm = value),
        new ConfigKey<DnsKeyDraft, Located<string>>("secret", "In base64, as it stands in the server's configuration.",
            new TextShape(takesNumber: true), (draft, value) => draft.Secret = value, Required: true));

    public static MapShape<DnsProviderDraft> Provider { get; } = new(
        "a DNS provider such as { name: mine, provider: exec, command: [/usr/local/bin/txt] }",
        new ConfigKey<DnsProviderDraft, Located<string>>("name", "What messages call it.",
            new TextShape(), (draft, value) => draft.Name = value, Required: true),
        new ConfigKey<DnsProviderDraft, Located<string>>("provider", "exec: a command of yours. rfc2136: a name server that takes dynamic updates. cloudflare: its API.",
            new ChoiceShape(DnsProviderConfig.Exec, DnsProviderConfig.Rfc2136, DnsProviderConfig.Cloudflare), (draft, value) => draft.Provider = value, Required: true),
        new ConfigKey<DnsProviderDraft, List<Located<string>>>("zones", "The zones it is for, such as example.com; every zone when left out. Of several providers the one with the longest zone is asked.",
            new ListShape<Located<string>>(new TextShape(), least: 1), (draft, value) => draft.Zones = value),
        new ConfigKey<DnsProviderDraft, Located<int>>("ttl", "Seconds the records may be cached; 60 when left out. Not for exec.",
            new NumberShape(0, MostTtl), (draft, value) => draft.Ttl = value),
        new ConfigKey<DnsProviderDraft, Located<int>>("timeout", "Seconds for one run of the command (120 when left out) or one request to the API (30). Not for rfc2136.",
            new NumberShape(1, MostSeconds), (draft, value) => draft.Timeout = value),
        new ConfigKey<DnsProviderDraft, Located<int>>("propagation", "Seconds that the zone's own servers are given to show a record before the CA is asked; 120 when left out. 0: they are not asked.",
            new NumberShape(0, MostSeconds), (draft, value) => draft.Propagation = value),
        new ConfigKey<DnsProviderDraft, List<Located<string>>>("command", "exec: the program and its arguments; add or remove, the record's name and its value are put behind them.",
            new ListShape<Located<string>>(new TextShape(takesNumber: true), least: 1), (draft, value) => draft.Command = value),
        new ConfigKey<DnsProviderDraft, Located<string>>("server", "rfc2136: the zone's primary server, with a port if it is not 53.",
            new TextShape(), (draft, value) => draft.Server = value),
        new ConfigKey<DnsProviderDraft, Located<string>>("zone", "rfc2136: the zone to update; the server is asked when left out.",
            new TextShape(), (draft, value) => draft.Zone = value),
        new ConfigKey<DnsProviderDraft, DnsKeyDraft>("key", "rfc2136: the key (TSIG) that the server knows this machine by.",
            Key, (draft, value) => draft.Key = value),
        new ConfigKey<DnsProviderDraft, Located<string>>("keyFile", "rfc2136: a file with the key, as BIND's tsig-keygen writes it.",
            new TextShape(), (draft, value) => draft.KeyFile = value),
        new ConfigKey<DnsProviderDraft, Located<string>>("token", "cloudflare: a token with the rights Zone:Read and DNS:Edit for the zones.",
            new TextShape(takesNumber: true), (draft, value) => draft.Token = value),
        new ConfigKey<DnsProviderDraft, Located<string>>("tokenFile", "cloudflare: a file with the token and nothing else.",
            new TextShape(), (draft, value) => draft.TokenFile = value),
        new ConfigKey<DnsProviderDraft, Located<string>>("api", "cloudflare: where its API is, if that is not api.cloudflare.com.",
            new TextShape(), (draft, value) => draft.Api = value));
}
