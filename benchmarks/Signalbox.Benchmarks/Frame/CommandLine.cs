using System.Globalization;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Frame;

/// <summary>Reads what a person typed after <c>./bench</c>.</summary>
internal static class CommandLine
{
    /// <summary>One has no spread; more than twenty do not end in any time that was promised.</summary>
    private const int FewestRounds = 1;
    private const int MostRounds = 20;

    /// <summary>A day and a night.</summary>
    private const int MostMinutes = 1440;

    /// <summary>The options, or what is wrong with the words together with the usage.</summary>
    public static (BenchOptions? Options, string Problem) Read(string[] words, IReadOnlyList<string> scenarios)
    {
        var (length, rounds, turn, document) = (Length.Whole, (int?)null, (double?)null, (string?)null);
        var names = new List<string>();
        TimeSpan? soak = null;
        string[] only = [];
        for (var i = 0; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "--help":
                    return (null, Usage(scenarios));
                case "quick":
                    length = Length.Quick;
                    break;
                case "--rounds" when i + 1 < words.Length && int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= FewestRounds and <= MostRounds:
                    rounds = count;
                    i++;
                    break;
                case "--turn" when i + 1 < words.Length && double.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 60:
                    turn = seconds;
                    i++;
                    break;
                case "--only" when i + 1 < words.Length:
                    only = words[++i].Split(',');
                    break;
                case "--document" when i + 1 < words.Length:
                    document = words[++i];
                    break;
                case "soak" when i + 1 < words.Length && int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 1 and <= MostMinutes:
                    names.Add("soak");
                    soak = TimeSpan.FromMinutes(minutes);
                    i++;
                    break;
                case var name when scenarios.Contains(name):
                    names.Add(name);
                    break;
                default:
                    return (null, $"bench: {words[i]} is neither a scenario nor an option with its value.\n{Usage(scenarios)}");
            }
        }

        if (names.Count > 0 && length == Length.Whole) length = Length.Named;
        if (length == Length.Whole) document ??= Path.Combine(Product.Root, "docs", "benchmarks.md");
        var options = new BenchOptions(length, rounds ?? (length == Length.Quick ? 2 : 3), TimeSpan.FromSeconds(turn ?? (length == Length.Quick ? 1 : 2)), names, document) { Soak = soak, Only = only };
        return (options, "");
    }

    private static string Usage(IReadOnlyList<string> scenarios) =>
        $"""
        Usage: ./bench [quick] [SCENARIO...] [--rounds 1..{MostRounds}] [--turn SECONDS] [--only ROUTERS]
          quick        all in 3 minutes, rough
          SCENARIO     only these: {string.Join(", ", scenarios)}
          soak N       the soak for N minutes, 1 to {MostMinutes}; 10 when asked for by name, 1 among all
          --rounds N   turns of each router
          --only A,B   these routers alone, by their names in the tables
          --turn N     whole seconds of a turn under load, 1 to 60
        """;
}
