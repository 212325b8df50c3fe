using System.Net;
using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>Checks the DNS providers of a config: that each has what its kind needs, and nothing of another kind.</summary>
internal sealed class DnsProviderBinder(ConfigReader reader)
{
    /// <summary>RFC 1035 4.2.</summary>
    private const int DnsPort = 53;

    public Items<DnsProviderConfig> Bind(List<DnsProviderDraft> drafts)
    {
        var lines = new Dictionary<string, int>();
        var providers = new List<DnsProviderConfig>();
        foreach (var draft in drafts)
        {
            // What is required and missing was reported when it was read.
            if (draft.Name is not { } name || draft.Provider is not { } kind) continue;
            if (name.Value.Length == 0) Report(name, "The provider's name is empty.", "Give it one such as mine.");
            if (!lines.TryAdd(name.Value, name.Line))
            {
                // Records that were left behind are told to a provider by its name.
                Report(name, $"The DNS provider “{name.Value}” is here already, in line {lines[name.Value]}.", "Give one of the two another name.");
            }

            Refuse(draft, kind.Value);
            var provider = new DnsProviderConfig(name.Value, kind.Value)
            {
                Zones = (draft.Zones ?? []).Select(Zone).OfType<string>().Distinct().ToItems(),
                Ttl = draft.Ttl?.Value,
                Timeout = draft.Timeout?.Value,
                Propagation = draft.Propagation?.Value,
            };
            providers.Add(kind.Value switch
            {
                DnsProviderConfig.Exec => provider with { Command = Command(draft) },
                DnsProviderConfig.Rfc2136 => provider with
                {
                    Server = Server(draft),
                    Zone = draft.Zone is { } zone ? Zone(zone) : null,
                    Key = Key(draft.Key),
                    KeyFile = One(draft.Key?.Line, draft.KeyFile, "key"),
                },
                _ => provider with { Token = draft.Token?.Value, TokenFile = One(draft.Token?.Line, draft.TokenFile, "token"), Api = Api(draft) },
            });
        }

        return providers.ToItems();
    }

    /// <summary>A key that another kind has would silently do nothing here.</summary>
    private void Refuse(DnsProviderDraft draft, string kind)
    {
        (string Key, Located<string>? At, string Of)[] all =
        [
            ("command", draft.Command is [var first, ..] ? first : null, DnsProviderConfig.Exec),
            ("server", draft.Server, DnsProviderConfig.Rfc2136),
            ("zone", draft.Zone, DnsProviderConfig.Rfc2136),
            ("key", draft.Key is { } map ? new Located<string>("", map.Line, map.Column) : null, DnsProviderConfig.Rfc2136),
            ("keyFile", draft.KeyFile, DnsProviderConfig.Rfc2136),
            ("token", draft.Token, DnsProviderConfig.Cloudflare),
            ("tokenFile", draft.TokenFile, DnsProviderConfig.Cloudflare),
            ("api", draft.Api, DnsProviderConfig.Cloudflare),
        ];
        foreach (var (key, at, of) in all)
        {
            if (at is { } place && of != kind) Report(place, $"“{key}” belongs to providers of the kind {of}, not {kind}.", "Remove it, or change the provider.");
        }

        if (draft.Ttl is { } ttl && kind == DnsProviderConfig.Exec) reader.Report(ttl.Line, ttl.Column, "“ttl” is the command's own affair.", "Remove it.");
        if (draft.Timeout is { } timeout && kind == DnsProviderConfig.Rfc2136) reader.Report(timeout.Line, timeout.Column, "“timeout” is for commands and APIs; a name server answers within seconds or not at all.", "Remove it.");
    }

    private Items<string> Command(DnsProviderDraft draft)
    {
        if (draft.Command is { Count: > 0 } command)
        {
            if (command[0].Value.Length == 0) Report(command[0], "The command has no program.", "Write it like [/usr/local/bin/txt, --zone, example.com].");
            return command.Select(word => word.Value).ToItems();
        }

        Missing(draft, "command", "Write it like command: [/usr/local/bin/txt].");
        return [];
    }

    private DnsEndPoint? Server(DnsProviderDraft draft)
    {
        if (draft.Server is not { } server)
        {
            Missing(draft, "server", "Name the zone's primary server.");
            return null;
        }

        // An address alone first: IPEndPoint would read the end of a bare IPv6 address as a port. IPAddress itself reads "[::1]:53" and drops the port.
        if (!server.Value.Contains("]:", StringComparison.Ordinal) && BindAddress.IsAddress(server.Value, out var address)) return new DnsEndPoint(address.ToString(), DnsPort);
        if (server.Value.Contains(':') && IPEndPoint.TryParse(server.Value, out var endPoint) && endPoint.Port > 0) return new DnsEndPoint(endPoint.Address.ToString(), endPoint.Port);
        var (host, port) = server.Value.Split(':') is [var before, var after] && ushort.TryParse(after, out var told) && told > 0 ? (before, told) : (server.Value, DnsPort);
        if (HostName.Parse(host) is { Succeeded: true, Value: var name } && name[0] != '*') return new DnsEndPoint(name, port);
        Report(server, $"“{server.Value}” is no server.", "Write ns1.example.com, 192.0.2.1 or 127.0.0.1:5353.");
        return null;
    }

    private DnsKeyConfig? Key(DnsKeyDraft? draft)
    {
        if (draft is not { Name: { } name, Secret: { } secret }) return null;
        if (name.Value.Length == 0) Report(name, "The key has no name.", "Give the one the server's configuration has for it.");

        // The value is not repeated: it is a secret.
        if (secret.Value.Length == 0 || !Convert.TryFromBase64String(secret.Value, new byte[secret.Value.Length], out _))
            Report(secret, "The key's secret is not base64.", "Give it as it stands in the server's configuration.");
        return new DnsKeyConfig(name.Value, draft.Algorithm?.Value ?? "hmac-sha256", secret.Value);
    }

    private Uri? Api(DnsProviderDraft draft)
    {
        if (draft.Token is null && draft.TokenFile is null) Missing(draft, "token", "Give it, or a file with it: tokenFile.");
        if (draft.Token is { Value: "" } token) Report(token, "The token is empty.", "Make one with the rights Zone:Read and DNS:Edit.");
        if (draft.Api is not { } api) return null;

        // It carries a token; in clear only within this machine.
        if (Uri.TryCreate(api.Value, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            return url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
        Report(api, $"“{api.Value}” is no https URL.", "Write it like https://api.cloudflare.com/client/v4/.");
        return null;
    }

    private string? Zone(Located<string> text)
    {
        var name = HostName.Parse(text.Value);
        if (name.Succeeded && name.Value[0] != '*') return name.Value;
        Report(text, name.Succeeded ? $"The zone “{text.Value}” has a wildcard." : $"The zone “{text.Value}” is not valid: {name.Problem.Text}", "Write it like example.com.");
        return null;
    }

    /// <summary>The file, unless the secret itself is there too.</summary>
    private string? One(int? line, Located<string>? file, string key)
    {
        if (line is { } told && file is { } both) Report(both, $"“{key}” is here already, in line {told}, and one of the two is enough.", "Remove one of them.");
        return file?.Value;
    }

    private void Missing(DnsProviderDraft draft, string key, string advice) => reader.Report(draft.Line, draft.Column, $"“{key}” is missing.", advice);

    private void Report(Located<string> at, string text, string? advice) => reader.Report(at.Line, at.Column, text, advice);
}
