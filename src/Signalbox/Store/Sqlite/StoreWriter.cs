using System.Text.Json;
using Microsoft.Data.Sqlite;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// Writes batches through one connection with prepared statements. Used by one thread at a time.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Lines of the journal that are kept: weeks of one person's work, a few MB, and read whole within milliseconds.</summary>
    public const int JournalLines = 10_000;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _remove;
    private readonly SqliteCommand _journal;
    private readonly SqliteCommand _trim;
    private readonly SqliteCommand _revision;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private long _line;

    public StoreWriter(SqliteConnection connection)
    {
        _connection = connection;

        // The claim is bound as UTF-8 bytes and kept as text: no detour over a UTF-16 string, and still readable with any SQLite shell.
        _put = Prepare(
            "insert into claims (owner, claim) values ($owner, cast($claim as text)) on conflict (owner) do update set claim = excluded.claim",
            "$owner", "$claim");
        _remove = Prepare("delete from claims where owner = $owner", "$owner");
        _journal = Prepare(
            "insert into journal (line, revision, time, owner, change, subject, detail) values ($line, $revision, $time, $owner, $change, $subject, $detail)",
            "$line", "$revision", "$time", "$owner", "$change", "$subject", "$detail");
        _trim = Prepare("delete from journal where line <= $line", "$line");
        _revision = Prepare($"update meta set value = $value where name = '{StoreSchema.RevisionKey}'", "$value");
        _begin = Prepare("begin immediate");
        _commit = Prepare("commit");
        _line = (long)StoreSchema.Scalar(connection, "select coalesce(max(line), 0) from journal")!;
    }

    /// <summary>
    /// Writes the batch whole or not at all. A killed process loses nothing it was told of, whatever the setting: the log is the kernel's by then.
    /// Against a power cut, a batch with lasting claims is flushed to the disk (FULL, one fsync) before it is acknowledged, because a person was told
    /// that the route stands. Leases end with the power anyway, so their batches are only ordered (NORMAL) and cost no fsync: the last of them may be
    /// missing after a power cut, the database is whole all the same.
    /// </summary>
    public void Write(StoreBatch batch)
    {
        // The setting cannot change inside a transaction.
        StoreSchema.Execute(_connection, IsLasting(batch) ? "pragma synchronous = full" : "pragma synchronous = normal");
        var line = _line;
        _begin.ExecuteNonQuery();
        try
        {
            // Removals first: an owner that is removed and put in one batch stands.
            foreach (var owner in batch.Removed) Run(_remove, owner.ToString());
            foreach (var claim in batch.Put) Run(_put, claim.Owner.ToString(), Json(claim));

            // Lines that the trim below would take at once are not written in the first place.
            foreach (var entry in batch.Journal.Skip(batch.Journal.Count - JournalLines)) Append(++line, entry);
            if (line > JournalLines) Run(_trim, line - JournalLines);
            Run(_revision, batch.Revision.ToString());
            _commit.ExecuteNonQuery();
            _line = line;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <summary>Puts and removes records whole or not at all, flushed to the disk: they are there to be known after a crash of any kind.</summary>
    public void Write(IReadOnlyList<RecordChange> changes)
    {
        StoreSchema.Execute(_connection, "pragma synchronous = full");
        _begin.ExecuteNonQuery();
        try
        {
            RecordTable.Apply(_connection, changes);
            _commit.ExecuteNonQuery();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_put, _remove, _journal, _trim, _revision, _begin, _commit]) command.Dispose();
        _connection.Dispose();
    }

    private static bool IsLasting(StoreBatch batch) =>
        batch.Removed.Any(owner => owner.Source != Owner.Dev) || batch.Put.Any(claim => claim.Life == ClaimLife.Lasting);

    private static byte[] Json(Claim claim) => JsonSerializer.SerializeToUtf8Bytes(StoredClaim.Of(claim), StoreJson.Default.StoredClaim);

    private void Append(long line, HistoryEntry entry) =>
        Run(_journal, line, entry.Revision, entry.Time.UtcTicks, entry.Owner, entry.Change, entry.Subject, (object?)entry.Detail ?? DBNull.Value);

    /// <summary>SQLite itself rolls back after some errors (a full disk among them); asking then would be an error of its own.</summary>
    private void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0) StoreSchema.Execute(_connection, "rollback");
    }

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        command.Prepare();
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
