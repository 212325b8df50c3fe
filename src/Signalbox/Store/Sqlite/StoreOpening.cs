using Microsoft.Data.Sqlite;
using Signalbox.Model;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// Opens the database of a home, in steps: (1) the home directory is made; (2) what SQLite would take for an empty database, though it is not, is told
/// apart; (3) the file is opened and asked whose it is and of which format; (4) it is checked; (5) an empty one is made ours, one of an older format
/// brought to the present one; (6) its log is
/// taken in, the claims are read. When the file proves damaged on the way, it is moved aside and the steps are gone through once more with a new one.
/// </summary>
internal static class StoreOpening
{
    /// <summary>What opening gave: the writer and the state, or why not. A damaged file may be moved aside; any other obstacle is final.</summary>
    private readonly record struct Attempt(StoreWriter? Writer, StoredState? State, Problem? Obstacle, string? Damage);

    public static Outcome<(StoreWriter Writer, StoredState State)> Open(HomeLayout home, TimeProvider time, List<Problem> notices)
    {
        try
        {
            MakeHome(home);
            var attempt = Try(home.Database, notices);
            if (attempt.Damage is { } damage)
            {
                notices.Clear();
                var moved = DamagedFile.MoveAside(home.Database, time.GetUtcNow());
                notices.Add(StoreErrors.MovedAside(home.Database, moved, damage));
                attempt = Try(home.Database, notices);
            }

            if (attempt is { Writer: { } writer, State: { } state }) return (writer, state);
            return attempt.Obstacle ?? StoreErrors.Damaged(home.Database, attempt.Damage ?? "it cannot be read");
        }
        catch (Exception error) when (StoreErrors.IsFileError(error))
        {
            return StoreErrors.Unusable(home.Root, error.Message);
        }
    }

    private static Attempt Try(string file, List<Problem> notices)
    {
        if (Directory.Exists(file)) return Damaged("a directory is in its place");

        // SQLite takes an empty file for a new database and throws the log beside it away, and everything with it.
        if (File.Exists(file) && new FileInfo(file).Length == 0
            && new FileInfo(file + "-wal") is { Exists: true, Length: > 0 }) return Damaged("it was emptied");

        SqliteConnection? connection = null;
        try
        {
            if (!File.Exists(file)) MakeFile(file);
            connection = StoreConnection.Open(file);
            if (Identify(connection, file) is { } foreign) return Close(connection, new Attempt(null, null, foreign, null));
            if (Check(connection) is { } damage) return Close(connection, Damaged(damage));
            StoreSchema.Execute(connection, "pragma journal_mode = wal");
            if (IsEmpty(connection)) StoreSchema.Create(connection);
            else StoreSchema.Upgrade(connection);

            // Proves that the file can be written.
            StoreSchema.Execute(connection, "begin immediate; rollback");
            TakeOverLog(connection, file, notices);
            var state = Read(connection, file, notices);
            StoreConnection.Enlarge(connection);
            return new Attempt(new StoreWriter(connection), state, null, null);
        }
        catch (SqliteException error)
        {
            return Close(connection, StoreErrors.IsDamage(error) ? Damaged(error.Message) : new Attempt(null, null, StoreErrors.Translate(error, file), null));
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            return Close(connection, Damaged(error.Message));
        }
    }

    /// <summary>Whose it is, from the header alone. A database without any table and without an id is a new one.</summary>
    private static Problem? Identify(SqliteConnection connection, string file)
    {
        var application = (long)StoreSchema.Scalar(connection, "pragma application_id")!;
        var version = (long)StoreSchema.Scalar(connection, "pragma user_version")!;
        if (application != StoreSchema.ApplicationId) return application == 0 && IsEmpty(connection) ? null : StoreErrors.Foreign(file, application);
        return version > StoreSchema.Version ? StoreErrors.Newer(file, version) : null;
    }

    /// <summary>Reads every page once; 30 ms for 100,000 claims, so it need not wait for a quiet hour.</summary>
    private static string? Check(SqliteConnection connection)
    {
        var result = (string)StoreSchema.Scalar(connection, "pragma quick_check(1)")!;
        return result == "ok" ? null : result;
    }

    private static bool IsEmpty(SqliteConnection connection) => (long)StoreSchema.Scalar(connection, "select count(*) from sqlite_master")! == 0;

    private static StoredState Read(SqliteConnection connection, string file, List<Problem> notices)
    {
        var dropped = new List<string>();
        var state = StoreReader.State(connection, (owner, reason) =>
        {
            dropped.Add(owner);
            notices.Add(StoreErrors.Unreadable(file, owner, reason));
        });
        foreach (var owner in dropped)
        {
            using var delete = connection.CreateCommand();
            delete.CommandText = "delete from claims where owner = $owner";
            delete.Parameters.AddWithValue("$owner", owner);
            delete.ExecuteNonQuery();
        }

        return state;
    }

    /// <summary>
    /// What a killed daemon left in the log goes into the database now, so that no start adds to it. Where the disk is too full for that, what is stored
    /// can be read all the same, and known routes are served.
    /// </summary>
    private static void TakeOverLog(SqliteConnection connection, string file, List<Problem> notices)
    {
        try
        {
            StoreSchema.Execute(connection, "pragma wal_checkpoint(truncate)");
        }
        catch (SqliteException error) when (StoreErrors.IsFull(error))
        {
            notices.Add(StoreErrors.FullAtStart(file));
        }
    }

    /// <summary>Only the user's own: the database names every project he works on.</summary>
    private static void MakeHome(HomeLayout home) => AtomicFile.MakeDirectory(home.Root);

    /// <summary>
    /// An empty file with mode 0600, which SQLite fills and whose mode it gives to the files beside it. Never opens one that is there: closing it would
    /// drop SQLite's locks.
    /// </summary>
    private static void MakeFile(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var made = new FileStream(file, options);
    }

    private static Attempt Damaged(string reason) => new(null, null, null, reason);

    private static Attempt Close(SqliteConnection? connection, Attempt attempt)
    {
        connection?.Dispose();
        return attempt;
    }
}
