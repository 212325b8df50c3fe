using Signalbox.Model;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// A claim as it lies in the database, less its owner, which is the row's key. Defaults are left out. Times are UTC ticks (100 ns), so that they
/// come back exactly: the outcome of every conflict hangs on them.
/// </summary>
internal sealed record StoredClaim
{
    public string[] Hosts { get; init; } = [];

    /// <summary>Null is <c>/</c>.</summary>
    public string? Path { get; init; }

    public RouteKind Kind { get; init; }

    public StoredBackend[]? Backends { get; init; }

    public TlsMode Tls { get; init; }

    public string? HostHeader { get; init; }

    public ClaimLife Life { get; init; }

    public string? Project { get; init; }

    public string? Group { get; init; }

    public string? Label { get; init; }

    public long Since { get; init; }

    public long Held { get; init; }

    public long? Taken { get; init; }

    public static StoredClaim Of(Claim claim) => new()
    {
        Hosts = [.. claim.Hosts],
        Path = claim.Path == "/" ? null : claim.Path,
        Kind = claim.Kind,
        Backends = claim.Backends.IsEmpty ? null : [.. claim.Backends.Select(backend => new StoredBackend(backend.Scheme, backend.Host, backend.Port))],
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

    public Claim ToClaim(Owner owner) => new()
    {
        Owner = owner,
        Hosts = Items.Of<string>(Hosts),
        Path = Path ?? "/",
        Kind = Kind,
        Backends = Backends is null ? default : Backends.Select(backend => new Backend(backend.Scheme, backend.Host, backend.Port)).ToItems(),
        Tls = Tls,
        HostHeader = HostHeader,
        Life = Life,
        Project = Project,
        Group = Group,
        Label = Label,
        Since = Time(Since),
        Held = Time(Held),
        Taken = Taken is { } taken ? Time(taken) : null,
    };

    private static DateTimeOffset Time(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}

/// <summary>A backend in its parts, so that it comes back as it was, whatever the rules for typing one become.</summary>
internal sealed record StoredBackend(BackendScheme Scheme, string Host, int Port);
