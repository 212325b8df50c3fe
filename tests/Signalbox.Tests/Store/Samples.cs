using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;

namespace Signalbox.Tests.Store;

/// <summary>Claims and batches for tests; the same number always gives the same.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static Owner Owner(int number) => new(Signalbox.Model.Owner.Site, $"app-{number}.example.localhost");

    public static Claim Claim(int number, int revision = 1) => new()
    {
        Owner = Owner(number),
        Hosts = [$"app-{number}.example.localhost"],
        Path = number % 3 == 0 ? "/" : "/v1",
        Backends = [new Backend(BackendScheme.Http, "127.0.0.1", 3000 + (number % 5000))],
        Life = number % 2 == 0 ? ClaimLife.Lasting : ClaimLife.Lease,
        Label = $"made at revision {revision}",
        Since = Start.AddTicks(revision),
        Held = Start.AddTicks(-revision),
        Taken = number % 7 == 0 ? Start.AddTicks(number) : null,
    };

    public static HistoryEntry Entry(long revision, int number, string? detail = null) =>
        new(revision, Start.AddTicks(revision), Owner(number).ToString(), "put", $"app-{number}.example.localhost", detail);

    public static StoreBatch Put(long revision, params Claim[] claims) =>
        new(revision, claims, [], [.. claims.Select(claim =>
            new HistoryEntry(revision, Start.AddTicks(revision), claim.Owner.ToString(), "put", claim.Hosts[0], null))]);

    public static StoreBatch Remove(long revision, params Owner[] owners) =>
        new(revision, [], owners, [.. owners.Select(owner =>
            new HistoryEntry(revision, Start.AddTicks(revision), owner.ToString(), "remove", owner.Key, null))]);
}
