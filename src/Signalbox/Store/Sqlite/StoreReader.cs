using System.Text.Json;
using Microsoft.Data.Sqlite;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Store.Sqlite;

/// <summary>Reads the database. Used by one thread at a time for each connection.</summary>
internal static class StoreReader
{
    /// <summary>All that stands. Rows that cannot be read are left out and told to <paramref name="unreadable"/> with the reason.</summary>
    public static StoredState State(SqliteConnection connection, Action<string, string> unreadable)
    {
        var claims = new List<Claim>((int)(long)StoreSchema.Scalar(connection, "select count(*) from claims")!);
        var pool = new ClaimPool();
        using (var select = connection.CreateCommand())
        {
            select.CommandText = "select owner, cast(claim as blob) from claims";
            using var rows = select.ExecuteReader();
            while (rows.Read())
            {
                var owner = rows.GetString(0);
                if (ReadClaim(owner, rows.GetFieldValue<byte[]>(1), pool, out var reason) is { } claim) claims.Add(claim);
                else unreadable(owner, reason);
            }
        }

        return new StoredState(long.Parse(Meta(connection, StoreSchema.RevisionKey)), Meta(connection, StoreSchema.PseudonymKey), claims);
    }

    public static IReadOnlyList<HistoryEntry> History(SqliteConnection connection, int limit, string? owner)
    {
        using var select = connection.CreateCommand();
        var filter = owner is null ? "" : "where owner = $owner";
        select.CommandText = $"select revision, time, owner, change, subject, detail from journal {filter} order by line desc limit $limit";
        if (owner is not null) select.Parameters.AddWithValue("$owner", owner);
        select.Parameters.AddWithValue("$limit", limit);
        var entries = new List<HistoryEntry>();
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            entries.Add(new HistoryEntry(rows.GetInt64(0), new DateTimeOffset(rows.GetInt64(1), TimeSpan.Zero), rows.GetString(2), rows.GetString(3),
                rows.GetString(4), rows.IsDBNull(5) ? null : rows.GetString(5)));
        }

        return entries;
    }

    private static Claim? ReadClaim(string owner, byte[] json, ClaimPool pool, out string reason)
    {
        reason = "it is empty";
        try
        {
            return JsonSerializer.Deserialize(json, StoreJson.Default.StoredClaim)?.ToClaim(Owner.Parse(owner), pool);
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentOutOfRangeException)
        {
            reason = error.Message;
            return null;
        }
    }

    private static string Meta(SqliteConnection connection, string name)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "select value from meta where name = $name";
        select.Parameters.AddWithValue("$name", name);
        return select.ExecuteScalar() as string ?? throw new FormatException($"The row “{name}” is missing.");
    }
}
