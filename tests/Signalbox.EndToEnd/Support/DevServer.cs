using System.Globalization;

namespace Signalbox.EndToEnd.Support;

/// <summary><c>signalbox dev</c> with a small dev server behind it, each a process of its own.</summary>
internal static class DevServer
{
    public const string Python = "python3";

    /// <summary>The command that listens on <c>$PORT</c> and answers with <c>$NAME</c>.</summary>
    public static string[] Command { get; } = [Python, Product.TestFile("dev-server.py")];

    /// <summary>Starts it with the host name <c>{name}.localhost</c>; it answers with its name.</summary>
    public static ChildProcess Start(Home home, string name, params string[] options) =>
        home.Start(Product.Program, ["dev", "--host", $"{name}.localhost", .. options, "--", .. Command], Folder(home, name), new Dictionary<string, string?> { ["NAME"] = name });

    /// <summary>Waits until it has printed its URL, which it may do only once that is proved.</summary>
    public static Task<string> ReadyAsync(Home home, ChildProcess dev, string name) => dev.LineAsync("its URL", line => line.Contains(home.Url($"{name}.localhost", ""), StringComparison.Ordinal));

    /// <summary>A directory of its own, so that it is a project of its own.</summary>
    public static string Folder(Home home, string name) => Directory.CreateDirectory(Path.Combine(home.Work, name)).FullName;

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"n{number}");
}
