using Microsoft.Data.Sqlite;

namespace Signalbox.Store.Sqlite;

/// <summary>Opens connections to the database, all with the same settings.</summary>
internal static class StoreConnection
{
    /// <summary>
    /// Milliseconds SQLite waits for a lock. One daemon holds a home, so only somebody looking with another program is ever in the way; 5 s outlast
    /// any such look without holding up a commit for long.
    /// </summary>
    private const int BusyTimeout = 5000;

    /// <summary>Bytes the log keeps on disk between checkpoints: one batch of 100,000 claims grows it past that once, and then it is cut back.</summary>
    private const int LogSizeLimit = 8 * 1024 * 1024;

    /// <summary>KiB of pages in memory: holds the upper levels of the trees at a million claims, and spills only in batches of over 50,000.</summary>
    private const int WriterCache = 16 * 1024;

    /// <summary>
    /// KiB for whoever goes through the tables once, which is everyone but the writer: a page that was read is not read again. The check at a start reads every page there is,
    /// and with a larger cache all of them stayed in memory for good.
    /// </summary>
    private const int SmallCache = 512;

    static StoreConnection() => SQLitePCL.Batteries_V2.Init();

    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Cache = SqliteCacheMode.Private,
            DefaultTimeout = BusyTimeout / 1000,

            // A pooled connection would keep the file open after the store is closed.
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            StoreSchema.Execute(connection, $"pragma busy_timeout = {BusyTimeout}; pragma cache_size = -{SmallCache}; pragma journal_size_limit = {LogSizeLimit}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>For the connection that writes, once it has read what there is.</summary>
    public static void Enlarge(SqliteConnection connection) => StoreSchema.Execute(connection, $"pragma cache_size = -{WriterCache}");
}
