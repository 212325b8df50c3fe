namespace Signalbox.Model;

/// <summary>How a backend is spoken to.</summary>
internal enum BackendScheme
{
    /// <summary>HTTP/1.1 in clear.</summary>
    Http,

    /// <summary>HTTP/1.1 or HTTP/2 over TLS, by ALPN.</summary>
    Https,

    /// <summary>HTTP/2 in clear with prior knowledge (RFC 9113 3.3).</summary>
    H2c,

    /// <summary>Plain bytes.</summary>
    Tcp,
}

/// <summary>
/// Where a route leads: scheme, host, port. Equal by value, so one backend shared by many routes is one key.
/// <see cref="Host"/> is a name, an IPv4 address, or an IPv6 address without brackets; <c>localhost</c> means both loopback addresses.
/// </summary>
internal sealed record Backend(BackendScheme Scheme, string Host, int Port)
{
    /// <summary>Host and port as in a URL: IPv6 in brackets.</summary>
    public string Authority => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>
    /// Reads <c>http://host:port</c>, <c>https://…</c>, <c>h2c://…</c>, <c>tcp://…</c>, <c>host:port</c>, or a bare port (meaning <c>http://localhost:port</c>).
    /// Only the origin: a path, query or user part is refused, because the request's own path goes to the backend unchanged.
    /// </summary>
    public static Outcome<Backend> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Invalid(text ?? "", "A target is missing.");
        var target = text.Trim();
        if (target.All(char.IsAsciiDigit)) target = "http://localhost:" + target;
        else if (!target.Contains("://", StringComparison.Ordinal)) target = "http://" + target;
        var schemeText = target[..target.IndexOf("://", StringComparison.Ordinal)].ToLowerInvariant();
        BackendScheme? scheme = schemeText switch { "http" => BackendScheme.Http, "https" => BackendScheme.Https, "h2c" => BackendScheme.H2c, "tcp" => BackendScheme.Tcp, _ => null };
        if (scheme is null) return Invalid(text, $"The scheme “{schemeText}” is none of http, https, h2c, tcp.");
        var authority = target[(schemeText.Length + 3)..].TrimEnd('/');
        if (authority.Contains('@')) return Invalid(text, "A target has no user name or password.");
        if (authority.IndexOfAny(['/', '?', '#']) >= 0) return Invalid(text, "A target is only scheme, host and port; the request's own path goes to it unchanged.");

        string host;
        string? portText = null;
        if (authority.StartsWith('['))
        {
            var close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0) return Invalid(text, "The bracket of the IPv6 address is not closed.");
            host = authority[1..close];
            if (!System.Net.IPAddress.TryParse(host, out var address) || address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return Invalid(text, $"“{host}” is not an IPv6 address.");
            host = address.ToString();
            var rest = authority[(close + 1)..];
            if (rest.Length > 0) portText = rest[0] == ':' ? rest[1..] : "?";
        }
        else
        {
            var colon = authority.LastIndexOf(':');
            if (colon >= 0) portText = authority[(colon + 1)..];
            host = colon >= 0 ? authority[..colon] : authority;
            if (host.Contains(':')) return Invalid(text, "An IPv6 address stands in brackets: http://[::1]:3000.");
            if (host.Length == 0) return Invalid(text, "The host is missing.");
            // A backend's name is looked up by the system and never served, so an underscore (as container names have) is fine.
            var name = HostName.Parse(host.Replace('_', '-'));
            if (!name.Succeeded || name.Value.StartsWith("*.", StringComparison.Ordinal)) return Invalid(text, $"“{host}” is not a host name or address.");
            host = host.Contains('_') ? host.ToLowerInvariant() : name.Value;
        }

        int port;
        if (portText is null)
        {
            if (scheme is BackendScheme.Tcp or BackendScheme.H2c) return Invalid(text, "The port is missing.");
            port = scheme == BackendScheme.Https ? 443 : 80;
        }
        else if (!int.TryParse(portText, System.Globalization.NumberStyles.None, null, out port) || port is < 1 or > 65535)
        {
            return new Problem(ProblemType.InvalidPort, ProblemSide.Request, text, $"“{portText}” is not a port; ports are 1 to 65535.", "Write it like http://127.0.0.1:3000.");
        }

        return new Backend(scheme.Value, host, port);
    }

    /// <summary>As <see cref="Parse"/>, and refuses a target that a route of this kind cannot lead to.</summary>
    public static Outcome<Backend> ParseFor(RouteKind kind, string? text)
    {
        var backend = Parse(text);
        return kind == RouteKind.Http && backend is { Succeeded: true, Value.Scheme: BackendScheme.Tcp }
            ? new Problem(ProblemType.InvalidTarget, ProblemSide.Request, text!, "A route of kind http does not lead to a tcp target.", "Write http://, https:// or h2c://.")
            : backend;
    }

    public override string ToString() => $"{Scheme switch { BackendScheme.Http => "http", BackendScheme.Https => "https", BackendScheme.H2c => "h2c", _ => "tcp" }}://{Authority}";

    private static Problem Invalid(string subject, string text) =>
        new(ProblemType.InvalidTarget, ProblemSide.Request, subject, text, "Write it like http://127.0.0.1:3000.");
}
