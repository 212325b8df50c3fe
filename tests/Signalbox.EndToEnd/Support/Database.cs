using Microsoft.Data.Sqlite;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Support;

/// <summary>Looks into a home's database from outside, as somebody with the sqlite3 tool would.</summary>
internal static class Database
{
    static Database() => SQLitePCL.Batteries_V2.Init();

    /// <summary><c>ok</c> when every page and index is whole.</summary>
    public static string Integrity(HomeLayout home) => (string)Query(home, "PRAGMA integrity_check")[0];

    /// <summary>Rows by table.</summary>
    public static SortedDictionary<string, long> Rows(HomeLayout home) => new(
        Query(home, "SELECT name FROM sqlite_master WHERE type = 'table'").Cast<string>().ToDictionary(table => table, table => (long)Query(home, $"SELECT count(*) FROM \"{table}\"")[0]),
        StringComparer.Ordinal);

    public static void Execute(HomeLayout home, string sql)
    {
        using var connection = Open(home);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<object> Query(HomeLayout home, string sql)
    {
        using var connection = Open(home);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<object>();
        while (reader.Read()) values.Add(reader.GetValue(0));
        return values;
    }

    private static SqliteConnection Open(HomeLayout home)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = home.Database, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
