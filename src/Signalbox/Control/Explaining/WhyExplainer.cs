using System.Collections.Immutable;
using Signalbox.Control.Proving;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Explaining;

/// <summary>Asks the certificate side about a name; the answer comes from the local authority or, later, an issuer.</summary>
internal delegate CertificateReport DescribeCertificate(string host);

/// <summary>
/// Explains any URL, existing or not, by walking the way a request would take: 1. the URL itself, 2. the listener, 3. the host, 4. the path, 5. who claims it,
/// 6. the certificate, 7. the proof, 8. the backend. Each step says what was found; the first that fails gives the verdict and the advice.
/// </summary>
internal sealed class WhyExplainer(EdgeHolder edge, Boards boards, RouteReports reports, ListenerBook listeners, DescribeCertificate certificate)
{
    public WhyReport Explain(string text)
    {
        // 1. The URL.
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Invalid(text, "This is not a URL of http or https.");
        }

        var parsed = HostName.Parse(url.IdnHost);
        if (!parsed.Succeeded) return Invalid(text, parsed.Problem.Text, parsed.Problem.Advice);
        var host = parsed.Value;
        var steps = new List<WhyStep>();
        var walk = new Walk(full, url, host, steps);

        // 2. The listener.
        Listener(walk, text.Contains("://", StringComparison.Ordinal));

        // 3. The host, 4. the path.
        if (Find(walk) is not { } route) return Report(walk, "no-route");
        var all = reports.Of(route.Key).ToList();
        walk.Route = all[0];
        walk.Shadowed = [.. all.Skip(1)];

        // 5. Who claims it.
        steps.Add(new WhyStep("owner", "ok", $"{route.Owner}{(route.Label is null ? "" : $" ({route.Label})")}, from {Source(route.Owner.Source)}, held since {route.Since:yyyy-MM-dd HH:mm:ss} UTC"));
        foreach (var shadowed in walk.Shadowed) steps.Add(new WhyStep("shadowed", "warning", $"{shadowed.Owner}: {shadowed.Problem?.Text}"));
        foreach (var refused in reports.RefusedFor(route.Key)) steps.Add(new WhyStep("refused", "warning", $"{refused.Label ?? refused.Owner}, at {refused.Since:HH:mm:ss} UTC: {refused.Problem?.Text}"));
        if (walk.Route.State == RouteStates.Quarantined)
        {
            steps.Add(new WhyStep("plane", "failed", walk.Route.Problem!.Text));
            walk.Advice ??= walk.Route.Problem.Advice;
            return Report(walk, RouteStates.Quarantined);
        }

        // 6. The certificate.
        Certificate(walk, route);

        // 7. The proof, 8. the backend.
        Proof(walk, route);
        Backend(walk, route);
        return Report(walk, walk.Route.State);
    }

    private void Listener(Walk walk, bool schemeTold)
    {
        var scheme = walk.Url.Scheme;
        var listener = listeners.All.FirstOrDefault(candidate => candidate.Protocol == scheme && candidate.Port == walk.Url.Port) ?? listeners.Find(scheme);
        if (listener is null)
        {
            var waiting = listeners.Waiting.FirstOrDefault(candidate => candidate.Protocol == scheme && candidate.Port == walk.Url.Port) ?? listeners.Waiting.FirstOrDefault(candidate => candidate.Protocol == scheme);
            walk.Steps.Add(new WhyStep("listener", "failed", waiting?.Problem?.Text ?? $"there is no listener for {scheme}"));
            walk.Advice ??= waiting?.Problem?.Advice ?? "Look at `signalbox status` and the listen section of signalbox.yaml.";
        }
        else if (listener.Port != walk.Url.Port && schemeTold)
        {
            walk.Steps.Add(new WhyStep("listener", "failed", $"{scheme} is served on port {listener.Port}, not {walk.Url.Port}"));
            walk.Advice ??= $"Use {scheme}://{walk.Host}:{listener.Port}{walk.Url.PathAndQuery}.";
        }
        else
        {
            walk.Steps.Add(new WhyStep("listener", "ok", $"{scheme} on port {listener.Port} ({string.Join(", ", listeners.All.Where(other => other.Protocol == scheme).Select(other => other.Address).Distinct())})"));
            foreach (var waiting in listeners.Waiting.Where(candidate => candidate.Protocol == scheme)) walk.Steps.Add(new WhyStep("listener", "warning", waiting.Problem!.Text));
        }
    }

    /// <summary>The very rules of the router: exact host, then one level of wildcard; among its paths the longest prefix at a segment boundary.</summary>
    private Route? Find(Walk walk)
    {
        var routes = edge.Book.Edge.Routes;
        string[] candidates = HostName.WildcardOf(walk.Host) is { } wildcard ? [walk.Host, wildcard] : [walk.Host];
        var known = false;
        foreach (var name in candidates)
        {
            if (LongestPrefix(routes, name, walk.Url.AbsolutePath) is { } route)
            {
                walk.Steps.Add(Matched(walk, name));
                walk.Steps.Add(new WhyStep("path", "ok", $"{walk.Url.AbsolutePath} lies under {route.Key.Path}"));
                return route;
            }

            // The rest is the unhappy way, where a walk over all keys is affordable. A host that has routes, but none for this path, is no end: the
            // wildcard is asked next, in the router too.
            var paths = routes.Keys.Where(key => key.Host == name).Select(key => key.Path).Take(10).ToList();
            if (paths.Count == 0) continue;
            walk.Steps.Add(Matched(walk, name));
            walk.Steps.Add(new WhyStep("path", "failed", $"{walk.Url.AbsolutePath} lies under none of {string.Join(", ", paths)}"));
            known = true;
        }

        if (known)
        {
            walk.Advice ??= $"Add a route: signalbox route add {walk.Host} TARGET";
            return null;
        }

        var nearest = NearestNames.Find(edge.Book.Edge, walk.Host, 3);
        walk.Steps.Add(new WhyStep("host", "failed", $"no route for {walk.Host}{(nearest.Count == 0 ? "" : $"; the nearest names are {string.Join(", ", nearest)}")}"));
        walk.Advice ??= nearest.Count > 0
            ? $"Did you mean {nearest[0]}? Otherwise start it with `signalbox dev`, or: signalbox route add {walk.Host} TARGET"
            : $"Start it with `signalbox dev -- COMMAND`, or: signalbox route add {walk.Host} TARGET";
        return null;
    }

    /// <summary>Asks for each prefix of the path that ends at a segment boundary, the longest first: a few look-ups, however many routes there are.</summary>
    private static Route? LongestPrefix(ImmutableSortedDictionary<RouteKey, Route> routes, string host, string path)
    {
        for (var prefix = path.TrimEnd('/'); prefix.Length > 0; prefix = prefix[..prefix.LastIndexOf('/')])
        {
            if (routes.TryGetValue(new RouteKey(host, prefix), out var route)) return route;
        }

        return routes.GetValueOrDefault(new RouteKey(host, "/"));
    }

    private static WhyStep Matched(Walk walk, string name) =>
        new("host", "ok", name == walk.Host ? $"{name} is routed" : $"{walk.Host} is matched by the wildcard {name}");

    private void Certificate(Walk walk, Route route)
    {
        var report = certificate(walk.Host);
        walk.Certificate = report;
        var secure = listeners.IsSecure(walk.Host, route.Tls);
        if (route.Tls == TlsMode.Off) walk.Steps.Add(new WhyStep("certificate", "skipped", "tls is off for this route: it is served over http only"));
        else if (!listeners.All.Concat(listeners.Waiting).Any(listener => listener.Protocol == "https")) walk.Steps.Add(new WhyStep("certificate", "warning", "it is served over http, as there is no https listener"));
        else walk.Steps.Add(CertificateStep.Of(report, secure));

        // The name that was asked about, and not the wildcard it is matched by: nobody can go there.
        var url = listeners.Url(route.Key with { Host = walk.Host }, route.Tls);
        if (walk.Url.Scheme == "https" && !secure)
        {
            walk.Advice ??= route.Tls == TlsMode.Off
                ? $"Use {url}, or make the route without `tls: off`."
                : CertificateStep.Advice(report, url);
        }
        else if (walk.Url.Scheme == "http" && secure)
        {
            walk.Steps.Add(new WhyStep("redirect", "ok", $"http is sent to {url} by 308"));
        }
    }

    private void Proof(Walk walk, Route route)
    {
        if (boards.Routes.ProvedAt(route) is { } at) walk.Steps.Add(new WhyStep("proof", "ok", $"seen through the router at revision {route.Revision}, {at:yyyy-MM-dd HH:mm:ss} UTC"));
        else walk.Steps.Add(new WhyStep("proof", walk.Route!.Problem is null ? "warning" : "failed", walk.Route.Problem?.Text ?? "not proved yet; it is in line"));
    }

    private void Backend(Walk walk, Route route)
    {
        if (route.Backends.IsEmpty)
        {
            walk.Backend = "none yet";
            walk.Steps.Add(new WhyStep("backend", "warning", "the command behind this name does not listen yet"));
            walk.Advice ??= "Wait for it, or look at its output.";
            return;
        }

        foreach (var backend in route.Backends)
        {
            var health = boards.Backends.Health(backend);
            var words = health.Reach switch
            {
                Reach.Up => $"{backend} accepts connections, since {health.Since:HH:mm:ss} UTC",
                Reach.Down => $"{backend} is down since {health.Since:yyyy-MM-dd HH:mm:ss} UTC: {health.Error}",
                _ => $"{backend} was not asked yet",
            };
            walk.Backend = walk.Backend is null ? words : $"{walk.Backend}; {words}";
            walk.Steps.Add(new WhyStep("backend", health.Reach switch { Reach.Up => "ok", Reach.Down => "failed", _ => "warning" }, words));
        }

        walk.Advice ??= walk.Route!.Problem?.Advice;
    }

    private WhyReport Report(Walk walk, string verdict) => new()
    {
        Url = walk.Text,
        Verdict = verdict,
        Route = walk.Route,
        Certificate = walk.Certificate ?? certificate(walk.Host),
        Backend = walk.Backend,
        Shadowed = walk.Shadowed,
        Steps = [.. walk.Steps],
        Advice = walk.Advice,
    };

    private static WhyReport Invalid(string text, string reason, string? advice = null) => new()
    {
        Url = text,
        Verdict = "invalid",
        Steps = [new WhyStep("url", "failed", reason)],
        Advice = advice ?? "Write it like https://app.localhost/path.",
    };

    private static string Source(string source) => source switch
    {
        Owner.Dev => "a running command (lease)",
        Owner.Site => "`signalbox route add`",
        Owner.File => "the config file",
        _ => source,
    };

    /// <summary>What one explanation gathers on its way.</summary>
    private sealed class Walk(string text, Uri url, string host, List<WhyStep> steps)
    {
        public string Text => text;

        public Uri Url => url;

        public string Host => host;

        public List<WhyStep> Steps => steps;

        public RouteReport? Route { get; set; }

        public RouteReport[] Shadowed { get; set; } = [];

        public CertificateReport? Certificate { get; set; }

        public string? Backend { get; set; }

        public string? Advice { get; set; }
    }
}
