using System.Globalization;

namespace Signalbox.Store.Sqlite;

/// <summary>Moves a damaged database out of the way, with what belongs to it, and never over anything.</summary>
internal static class DamagedFile
{
    private static readonly string[] Companions = ["-wal", "-shm"];

    /// <summary>To <c>signalbox.db.damaged-&lt;UTC stamp&gt;</c>; a second one within the same second gets <c>-2</c> and so on.</summary>
    /// <returns>The new path of the database.</returns>
    public static string MoveAside(string file, DateTimeOffset now)
    {
        var stamped = $"{file}.damaged-{now.ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var target = stamped;
        for (var number = 2; Path.Exists(target); number++) target = $"{stamped}-{number}";

        // The log goes first: killed in between, the next start finds a damaged database without its log, never a new one beside an old log.
        foreach (var companion in Companions)
        {
            if (Path.Exists(file + companion)) Move(file + companion, target + companion);
        }

        Move(file, target);
        return target;
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from)) Directory.Move(from, to);
        else File.Move(from, to);
    }
}
