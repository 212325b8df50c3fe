using Microsoft.Data.Sqlite;
using Signalbox.Model;

namespace Signalbox.Store.Sqlite;

/// <summary>Translates what SQLite and the file system say into problems; the only place that knows their codes (sqlite.org/rescode.html).</summary>
internal static class StoreErrors
{
    private const int ErrorGeneric = 1;
    private const int ErrorPermission = 3;
    private const int ErrorReadOnly = 8;
    private const int ErrorInputOutput = 10;
    private const int ErrorCorrupt = 11;
    private const int ErrorFull = 13;
    private const int ErrorCannotOpen = 14;
    private const int ErrorNotADatabase = 26;

    /// <summary>
    /// The file is no whole database of ours: its content is wrong, or a table is missing (a generic error, for our own statements are right).
    /// </summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is ErrorGeneric or ErrorCorrupt or ErrorNotADatabase;

    public static bool IsFull(SqliteException error) => error.SqliteErrorCode == ErrorFull;

    public static bool IsRefused(SqliteException error) => error.SqliteErrorCode is ErrorPermission or ErrorReadOnly or ErrorCannotOpen;

    public static bool IsFileError(Exception error) => error is IOException or UnauthorizedAccessException;

    public static Problem Translate(SqliteException error, string file) => error switch
    {
        _ when IsFull(error) => Full(file),
        _ when IsRefused(error) => Unusable(Path.GetDirectoryName(file) ?? file, error.Message),
        { SqliteErrorCode: ErrorInputOutput } => new Problem(ProblemType.StoreDamaged, ProblemSide.System, file,
            $"The disk failed to read or write the database ({error.Message}); nothing of this change was kept.",
            "Look at the system's log for errors of the disk, then make the change again.", Retry: true),
        _ when IsDamage(error) => Damaged(file, error.Message),
        _ => new Problem(ProblemType.StoreDamaged, ProblemSide.Daemon, file, $"The database refused the change ({error.Message}); nothing of it was kept.",
            "Make it again; if it is refused again, restart the daemon.", Retry: true),
    };

    public static Problem Full(string file) => new(ProblemType.StoreFull, ProblemSide.System, file,
        "The disk is full, so the change could not be recorded; nothing of it was kept.", "Free some space on that file system, then make the change again.",
        Retry: true);

    /// <summary>Said when what is stored can be read, and nothing more written.</summary>
    public static Problem FullAtStart(string file) => new(ProblemType.StoreFull, ProblemSide.System, file,
        "The disk is full: what is stored is served, but no change can be recorded.", "Free some space on that file system.", Retry: true);

    public static Problem Unusable(string home, string reason) => new(ProblemType.HomeUnusable, ProblemSide.System, home,
        $"The home directory cannot be written: {reason.TrimEnd('.')}.", "Give this user the right to write there, or choose another one with --home.");

    public static Problem Damaged(string file, string reason) => new(ProblemType.StoreDamaged, ProblemSide.System, file,
        $"The database is damaged: {reason.TrimEnd('.')}.", "Restart the daemon: it moves the damaged file aside and begins a new one.");

    /// <summary>Said after a damaged database was moved and a new one begun.</summary>
    public static Problem MovedAside(string file, string moved, string reason) => new(ProblemType.StoreDamaged, ProblemSide.System, file,
        $"The database was damaged ({reason.TrimEnd('.')}), so it was moved to {moved} and a new, empty one was begun.",
        "Routes of config files and of running commands come back by themselves; make those of “signalbox route add” again.");

    /// <summary>Said after a claim that cannot be read was dropped.</summary>
    public static Problem Unreadable(string file, string owner, string reason) => new(ProblemType.StoreDamaged, ProblemSide.System, file,
        $"The stored claim of {owner} cannot be read ({reason.TrimEnd('.')}), so it was dropped; all others stand.", "If the route is missing, make it again.");

    public static Problem Newer(string file, long version) => new(ProblemType.StoreNewer, ProblemSide.Daemon, file,
        $"The database has format {version}, written by a newer Signalbox; this one reads formats up to {StoreSchema.Version}.",
        "Use the newer Signalbox, or choose another home with --home.");

    public static Problem Foreign(string file, long application) => new(ProblemType.StoreDamaged, ProblemSide.System, file,
        $"This database belongs to another program (application id 0x{application:x8}, not 0x{StoreSchema.ApplicationId:x8}), so it is left alone.",
        "Move it elsewhere, or choose another home with --home.");
}
