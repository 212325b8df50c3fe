using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Signalbox.Store.Sqlite;

/// <summary>What the database looks like and how it is told from any other.</summary>
internal static class StoreSchema
{
    /// <summary>“SgBx” in ASCII: the four bytes SQLite keeps at offset 68 of the file for this purpose (SQLite file format, 1.3).</summary>
    public const int ApplicationId = 0x53674278;

    /// <summary>The format this program writes and the newest it reads.</summary>
    public const int Version = 2;

    public const string RevisionKey = "revision";

    public const string PseudonymKey = "pseudonym";

    /// <summary>
    /// The owner is a claim's key, so claims lie in one tree ordered by it and need no row id. Journal lines are numbered without gaps, which
    /// makes "all but the newest n" one range. Pages freed by removals are used again by the next puts: the file is as large as the most it ever held.
    /// </summary>
    private const string Tables = $"""
        create table claims (owner text primary key not null, claim text not null) without rowid;
        create table journal (line integer primary key, revision integer not null, time integer not null, owner text not null,
            change text not null, subject text not null, detail text);
        create table meta (name text primary key not null, value text not null) without rowid;
        {RecordTable.Definition}
        """;

    /// <summary>Makes an empty database ours, in one transaction: killed in its middle, it is still an empty database.</summary>
    public static void Create(SqliteConnection connection)
    {
        Execute(connection, "begin immediate");
        Execute(connection, Tables);
        Execute(connection, $"pragma application_id = {ApplicationId}; pragma user_version = {Version}");
        using var insert = connection.CreateCommand();
        insert.CommandText = "insert into meta (name, value) values ($revisionKey, '0'), ($pseudonymKey, $pseudonym)";
        insert.Parameters.AddWithValue("$revisionKey", RevisionKey);
        insert.Parameters.AddWithValue("$pseudonymKey", PseudonymKey);
        insert.Parameters.AddWithValue("$pseudonym", DrawPseudonym());
        insert.ExecuteNonQuery();
        Execute(connection, "commit");
    }

    /// <summary>
    /// Brings an older format of ours to the present one, in one transaction: killed in its middle, it is still the older. Format 1 had no records.
    /// </summary>
    public static void Upgrade(SqliteConnection connection)
    {
        if ((long)Scalar(connection, "pragma user_version")! == Version) return;
        Execute(connection, "begin immediate");
        Execute(connection, RecordTable.Definition);
        Execute(connection, $"pragma user_version = {Version}");
        Execute(connection, "commit");
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>A token as <c>Via</c> allows it (RFC 9110 7.6.3); 48 random bits keep any two routers in one chain apart.</summary>
    private static string DrawPseudonym() => "signalbox-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
}
