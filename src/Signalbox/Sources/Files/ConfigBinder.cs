using System.Net;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Sources.Files;

/// <summary>
/// Makes a valid config of what was typed, by the model's own rules. Everything wrong is reported with its place; the caller throws the result away then.
/// </summary>
internal sealed class ConfigBinder(ConfigReader reader)
{
    private const string EmbeddedPlane = "embedded";
    private const string SqliteStore = "sqlite";

    /// <summary>Names of later versions: known, and said to be not there yet rather than wrong.</summary>
    private static readonly string[] LaterPlanes = ["caddy", "haproxy", "nginx", "cloudflared"];

    /// <summary>Many routes lead to few targets: each is read once and is one object.</summary>
    private readonly Dictionary<string, Outcome<Backend>> _targets = [];

    private readonly OwnFilesBinder _own = new(reader);

    public SignalboxConfig Bind(RootDraft draft)
    {
        CheckPlanes(draft.Planes ?? []);
        if (draft.Store is { } store && store.Value != SqliteStore)
        {
            // The value is not repeated: a connection string holds a password.
            Unsupported(store, "This store is not supported yet.", "This version keeps its state in sqlite.");
        }

        var routes = Routes(draft.Routes ?? []);
        return new SignalboxConfig
        {
            Listen = Listen(draft.Listen),
            Transport = draft.Transport?.Value,
            EventLoops = draft.EventLoops?.Value ?? SignalboxConfig.Default.EventLoops,
            BaseDomains = draft.BaseDomains is { } domains ? BaseDomains(domains) : SignalboxConfig.Default.BaseDomains,
            TrustedProxies = Networks(draft.TrustedProxies ?? []),
            Routes = routes,
            OwnFiles = _own.All,
            Resolvers = Resolvers(draft.Certificates?.Resolvers ?? []),
            DnsProviders = new DnsProviderBinder(reader).Bind(draft.Certificates?.Dns ?? []),
            Issuers = new IssuerBinder(reader).Bind(draft.Certificates?.Issuers ?? []),
            Names = new IssuerBinder(reader).BindNames(draft.Certificates?.Names ?? [], draft.Certificates?.Issuers ?? []),
        };
    }

    private ListenConfig Listen(ListenDraft? draft)
    {
        if (draft is null) return new ListenConfig();
        if (draft.Bind is { } bind && BindAddress.Parse(bind.Value) is { Succeeded: false } refused) Report(bind, refused.Problem.Text, refused.Problem.Advice);
        if (draft is { Http: { Value: > 0 } http, Https: { } https } && http.Value == https.Value)
            reader.Report(https.Line, https.Column, $"HTTP and HTTPS cannot share port {https.Value}.", "Give one of them another port.");
        return new ListenConfig(draft.Http?.Value, draft.Https?.Value, draft.Bind?.Value);
    }

    private Items<string> BaseDomains(List<Located<string>> domains)
    {
        var names = new List<string>();
        foreach (var domain in domains)
        {
            var name = HostName.Parse(domain.Value);
            if (!name.Succeeded) ReportModel("base domain", domain, name.Problem);
            else if (name.Value.StartsWith("*.", StringComparison.Ordinal))
            {
                Report(domain, $"The base domain “{domain.Value}” has a wildcard.", $"Write {name.Value[2..]}.");
            }
            else if (!names.Contains(name.Value)) names.Add(name.Value);
        }

        return names.ToItems();
    }

    private Items<IPNetwork> Networks(List<Located<string>> texts)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in texts)
        {
            if (IPNetwork.TryParse(text.Value, out var network)) networks.Add(network);
            else if (BindAddress.IsAddress(text.Value, out var address)) networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else Report(text, $"“{text.Value}” is neither an IP address nor a network.", "Write 10.0.0.1 or 10.0.0.0/8.");
        }

        return networks.ToItems();
    }

    private Items<string> Resolvers(List<Located<string>> texts)
    {
        foreach (var text in texts)
        {
            if (!BindAddress.IsAddress(text.Value, out _) && !IPEndPoint.TryParse(text.Value, out _)) Report(text, $"“{text.Value}” is no resolver's address.", "Write 9.9.9.9 or 127.0.0.1:5353.");
        }

        return texts.Select(text => text.Value).ToItems();
    }

    private void CheckPlanes(List<Located<string>> planes)
    {
        foreach (var plane in planes)
        {
            if (LaterPlanes.Contains(plane.Value)) Unsupported(plane, $"The plane “{plane.Value}” is not supported yet.", $"This version has {EmbeddedPlane}.");
            else if (plane.Value != EmbeddedPlane) Report(plane, $"“{plane.Value}” is no plane.", $"This version has {EmbeddedPlane}.");
        }
    }

    private Items<RouteEntry> Routes(List<RouteDraft> drafts)
    {
        var first = new Dictionary<RouteKey, int>(drafts.Count);
        var routes = new List<RouteEntry>(drafts.Count);
        foreach (var draft in drafts)
        {
            var host = Host(draft.Host);
            var path = Path(draft.Path);
            var target = Target(draft.To);
            if (draft.HostHeader is { } header && !ClaimRequest.IsHostHeader(header.Value))
            {
                Report(header, $"“{header.Value}” cannot stand in a Host header.", "Write a host name, with a port where needed.");
            }

            if (host is null || path is null) continue;
            if (!first.TryAdd(new RouteKey(host, path), draft.Line))
            {
                reader.Report(draft.Line, draft.Column, $"{new RouteKey(host, path)} has a route already, in line {first[new RouteKey(host, path)]}.",
                    "Remove one of the two, or give one another path.");
            }
            else if (target is not null)
            {
                if (draft.Tls?.Files is { } files) _own.Add(host, files);
                var tls = draft.Tls?.Files is not null ? TlsMode.Own : ClaimRequest.ParseTls(draft.Tls?.Word?.Value) ?? TlsMode.Auto;
                routes.Add(new RouteEntry(host, path, target, tls, draft.HostHeader?.Value, draft.Line, draft.Column));
            }
        }

        return routes.ToItems();
    }

    /// <summary>Null when it is not valid, or was found missing or of a wrong type before.</summary>
    private string? Host(Located<string>? text) => text is { } host ? Valid("host", host, HostName.Parse(host.Value)) : null;

    private string? Path(Located<string>? text) => text is { } path ? Valid("path", path, RoutePath.Parse(path.Value)) : "/";

    private Backend? Target(Located<string>? text) => text is { } target ? Valid("target", target, Parse(target.Value)) : null;

    private Outcome<Backend> Parse(string target)
    {
        if (!_targets.TryGetValue(target, out var parsed)) _targets[target] = parsed = Backend.ParseFor(RouteKind.Http, target);
        return parsed;
    }

    private T? Valid<T>(string what, Located<string> at, Outcome<T> outcome)
    {
        if (!outcome.Succeeded) ReportModel(what, at, outcome.Problem);
        return outcome.Value;
    }

    private void ReportModel(string what, Located<string> at, Problem problem) =>
        Report(at, $"The {what} “{at.Value}” is not valid: {problem.Text}", problem.Advice);

    private void Report(Located<string> at, string text, string? advice) => reader.Report(at.Line, at.Column, text, advice);

    private void Unsupported(Located<string> at, string text, string advice) => reader.Report(at.Line, at.Column, text, advice, ProblemType.Unsupported);
}
