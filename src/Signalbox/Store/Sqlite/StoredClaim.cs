using Signalbox.Model;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// A claim as it lies in the database, less its owner, which is the row's key. Defaults are left out. Times are UTC ticks (100 ns), so that they
/// come back exactly: the outcome of every conflict hangs on them. Settable, because the generated reader fills setters at half the cost of init-only members.
/// </summary>
internal sealed class StoredClaim
{
    public string[] Hosts { get; set; } = [];

    /// <summary>Null is <c>/</c>.</summary>
    public string? Path { get; set; }

    public RouteKind Kind { get; set; }

    public StoredBackend[]? Backends { get; set; }

    public TlsMode Tls { get; set; }

    public string? HostHeader { get; set; }

    public ClaimLife Life { get; set; }

    public string? Project { get; set; }

    public string? Group { get; set; }

    public string? Label { get; set; }

    public long Since { get; set; }

    public long Held { get; set; }

    public long? Taken { get; set; }

    public static StoredClaim Of(Claim claim) => new()
    {
        Hosts = [.. claim.Hosts],
        Path = claim.Path == "/" ? null : claim.Path,
        Kind = claim.Kind,
        Backends = claim.Backends.IsEmpty ? null
            : [.. claim.Backends.Select(backend => new StoredBackend { Scheme = backend.Scheme, Host = backend.Host, Port = backend.Port })],
        Tls = claim.Tls,
        HostHeader = claim.HostHeader,
        Life = claim.Life,
        Project = claim.Project,
        Group = claim.Group,
        Label = claim.Label,
        Since = claim.Since.UtcTicks,
        Held = claim.Held.UtcTicks,
        Taken = claim.Taken?.UtcTicks,
    };

    public Claim ToClaim(Owner owner, ClaimPool pool) => new()
    {
        Owner = owner with { Source = pool.Text(owner.Source)! },
        Hosts = Items.Of<string>(Hosts),
        Path = pool.Text(Path) ?? "/",
        Kind = Kind,
        Backends = Backends is null ? default : Backends.Select(pool.Backend).ToItems(),
        Tls = Tls,
        HostHeader = pool.Text(HostHeader),
        Life = Life,
        Project = pool.Text(Project),
        Group = pool.Text(Group),
        Label = pool.Text(Label),
        Since = Time(Since),
        Held = Time(Held),
        Taken = Taken is { } taken ? Time(taken) : null,
    };

    private static DateTimeOffset Time(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}

/// <summary>A backend in its parts, so that it comes back as it was, whatever the rules for typing one become.</summary>
internal sealed class StoredBackend
{
    public BackendScheme Scheme { get; set; }

    public string Host { get; set; } = "";

    public int Port { get; set; }
}
