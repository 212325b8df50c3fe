using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Signalbox.Store.Sqlite;

/// <summary>The records beside the claims: one table, two statements. Used by one thread at a time.</summary>
internal static class RecordTable
{
    /// <summary>Kind and key are the record's place, so the table is one tree ordered by them.</summary>
    public const string Definition = "create table records (kind text not null, key text not null, value text not null, primary key (kind, key)) without rowid;";

    public static IReadOnlyList<StoredRecord> Load(SqliteConnection connection, string kind)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "select key, value from records where kind = $kind order by key";
        select.Parameters.AddWithValue("$kind", kind);
        var records = new List<StoredRecord>();
        using var rows = select.ExecuteReader();
        while (rows.Read()) records.Add(new StoredRecord(rows.GetString(0), rows.GetString(1)));
        return records;
    }

    /// <summary>
    /// By SQLite's own functions: the provider would make an array or a string of each value, and of ten thousand values that is most of what a start allocates. The database is
    /// in UTF-8, so a text's octets are given as they lie there.
    /// </summary>
    public static void Read(SqliteConnection connection, string kind, RecordReader reader)
    {
        var database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, "select value from records where kind = ?1 order by key", out var statement), database);
        using (statement)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_text(statement, 1, kind), database);
            int step;
            while ((step = raw.sqlite3_step(statement)) == raw.SQLITE_ROW) reader(raw.sqlite3_column_blob(statement, 0));
            if (step != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(step, database);
        }
    }

    public static StoredRecord? Find(SqliteConnection connection, string kind, string key)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "select value from records where kind = $kind and key = $key";
        select.Parameters.AddWithValue("$kind", kind);
        select.Parameters.AddWithValue("$key", key);
        return select.ExecuteScalar() is string value ? new StoredRecord(key, value) : null;
    }

    /// <summary>Inside the caller's transaction.</summary>
    public static void Apply(SqliteConnection connection, IReadOnlyList<RecordChange> changes)
    {
        using var put = connection.CreateCommand();
        put.CommandText = "insert into records (kind, key, value) values ($kind, $key, $value) on conflict (kind, key) do update set value = excluded.value";
        using var remove = connection.CreateCommand();
        remove.CommandText = "delete from records where kind = $kind and key = $key";
        foreach (var (kind, key, value) in changes)
        {
            var command = value is null ? remove : put;
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$kind", kind);
            command.Parameters.AddWithValue("$key", key);
            if (value is not null) command.Parameters.AddWithValue("$value", value);
            command.ExecuteNonQuery();
        }
    }
}
