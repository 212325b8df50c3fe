namespace Signalbox.Model.Wire;

/// <summary>What somebody asks to be routed: the one record that the CLI's options, the API's bodies and the core share.</summary>
internal sealed record ClaimRequest
{
    /// <summary>Names one service goes by: more than any has, few enough to be looked at together within a millisecond.</summary>
    private const int MostHosts = 100;

    /// <summary>Instances of one service that a single claim lists; each is asked for a connection when the claim comes in.</summary>
    private const int MostBackends = 100;

    /// <summary>Host names, as typed; at least one.</summary>
    public string[] Hosts { get; init => field = value ?? []; } = [];

    /// <summary>A path prefix; null is everything.</summary>
    public string? Path { get; init; }

    /// <summary>Targets such as <c>http://127.0.0.1:3000</c>. A lease may start with none and tell them later.</summary>
    public string[] Backends { get; init => field = value ?? []; } = [];

    /// <summary><c>http</c> (default), <c>tls-passthrough</c> or <c>tcp</c>.</summary>
    public string? Kind { get; init; }

    /// <summary><c>auto</c> (default) or <c>off</c>.</summary>
    public string? Tls { get; init; }

    /// <summary>The Host header for the backend; null keeps the client's.</summary>
    public string? HostHeader { get; init; }

    /// <summary>Leases only: the repository root or session; claims of one project replace each other instead of being refused.</summary>
    public string? Project { get; init; }

    /// <summary>Leases only: tells two holders in one project apart and stays the same when a holder reconnects.</summary>
    public string? Holder { get; init; }

    /// <summary>Words for people.</summary>
    public string? Label { get; init; }

    /// <summary>Take the name from whoever holds it.</summary>
    public bool Take { get; init; }

    /// <summary>The claim this asks for, less its recorded times; every problem found, not only the first.</summary>
    /// <param name="life">Lease or lasting.</param>
    public Outcome<Claim> Validate(ClaimLife life)
    {
        var problems = new List<Problem>();
        var hosts = new List<string>();
        if (Hosts.Length > MostHosts) return Invalid("hosts", $"{Hosts.Length} hosts; {MostHosts} are the most for one claim.");
        foreach (var text in Hosts.Length == 0 ? [""] : Hosts)
        {
            var host = HostName.Parse(text);
            if (!host.Succeeded) problems.AddRange(host.Problems);
            else if (!hosts.Contains(host.Value)) hosts.Add(host.Value);
        }

        var backends = ParseBackends(ParseKind(Kind) ?? RouteKind.Http, Backends);
        if (!backends.Succeeded) problems.AddRange(backends.Problems);
        if (Backends.Length == 0 && life == ClaimLife.Lasting)
        {
            problems.Add(new Problem(ProblemType.InvalidTarget, ProblemSide.Request, Hosts.FirstOrDefault() ?? "", "A target is missing.", "Write it like http://127.0.0.1:3000."));
        }

        var path = RoutePath.Parse(Path);
        if (!path.Succeeded) problems.AddRange(path.Problems);
        var kind = ParseKind(Kind);
        if (kind is null) problems.Add(Invalid("kind", $"“{Kind}” is none of http, tls-passthrough, tcp."));
        var tls = ParseTls(Tls);
        if (tls is null) problems.Add(Invalid("tls", $"“{Tls}” is none of auto, off."));
        if (HostHeader is not null && !IsHostHeader(HostHeader)) problems.Add(Invalid("hostHeader", $"“{HostHeader}” cannot stand in a Host header."));
        if (life == ClaimLife.Lease && string.IsNullOrWhiteSpace(Holder)) problems.Add(Invalid("holder", "A lease needs a holder: any text that is this process's own, such as a random UUID."));
        if (Project is { Length: > 4096 } || Holder is { Length: > 256 } || Label is { Length: > 1024 }) problems.Add(Invalid("project", "Project, holder or label is too long (4096, 256 and 1024 characters)."));
        if (problems.Count > 0) return Outcome<Claim>.Failed(problems.ToItems());

        var sorted = hosts.Order(StringComparer.Ordinal).ToItems();
        return new Claim
        {
            Owner = life == ClaimLife.Lease
                ? Naming.DevOwner(Project ?? "", sorted[0] + (path.Value == "/" ? "" : path.Value), Holder!)
                : Naming.RouteOwner(sorted[0], path.Value!),
            Hosts = sorted,
            Path = path.Value!,
            Kind = kind!.Value,
            Backends = backends.Value,
            Tls = tls!.Value,
            HostHeader = HostHeader,
            Life = life,
            Project = life == ClaimLife.Lease && !string.IsNullOrEmpty(Project) ? $"{Owner.Dev}/{Project}" : null,
            Label = Label,
        };
    }

    /// <summary>Targets as typed, each once; every problem found.</summary>
    public static Outcome<Items<Backend>> ParseBackends(RouteKind kind, string[] texts)
    {
        if (texts.Length > MostBackends) return Invalid("backends", $"{texts.Length} targets; {MostBackends} are the most for one claim.");
        var problems = new List<Problem>();
        var backends = new List<Backend>();
        foreach (var text in texts)
        {
            var backend = Backend.ParseFor(kind, text);
            if (!backend.Succeeded) problems.AddRange(backend.Problems);
            else if (!backends.Contains(backend.Value)) backends.Add(backend.Value);
        }

        return problems.Count > 0 ? Outcome<Items<Backend>>.Failed(problems.ToItems()) : backends.ToItems();
    }

    /// <summary>True for what may stand in a Host header: up to 255 visible ASCII characters without a path or a user (RFC 9110 7.2).</summary>
    public static bool IsHostHeader(string text) => text.Length is > 0 and <= 255 && !text.Any(c => c is <= ' ' or >= (char)0x7f or '/' or '@');

    public static RouteKind? ParseKind(string? text) => text switch
    {
        null or "http" => RouteKind.Http,
        "tls-passthrough" => RouteKind.TlsPassthrough,
        "tcp" => RouteKind.Tcp,
        _ => null,
    };

    public static TlsMode? ParseTls(string? text) => text switch { null or "auto" => TlsMode.Auto, "off" => TlsMode.Off, _ => null };

    private static Problem Invalid(string subject, string text) => new(ProblemType.InvalidRequest, ProblemSide.Request, subject, text);
}
