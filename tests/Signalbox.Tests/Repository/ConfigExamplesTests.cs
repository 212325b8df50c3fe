using System.Text;
using System.Text.RegularExpressions;
using Signalbox.Sources.Files;

namespace Signalbox.Tests.Repository;

/// <summary>Every piece of configuration in the documents is one that the program takes.</summary>
public sealed partial class ConfigExamplesTests
{
    /// <summary>Pieces that are entries of a list of <c>certificates</c> begin like this; they are put where they belong.</summary>
    private const string Entry = "    - ";

    [Fact]
    public void Examples_InTheDocuments_AreAccepted()
    {
        var examples = Documents().SelectMany(Examples).ToList();

        // Without a find the pattern would be wrong, and not the documents right.
        examples.Count.ShouldBeGreaterThanOrEqualTo(7);
        examples.SelectMany(example => ConfigFile.Parse(example.Place, Encoding.UTF8.GetBytes(Whole(example.Text))).Problems.Select(problem => $"{example.Place}: {problem}")).ShouldBeEmpty();
    }

    /// <summary>What the test stands on: a mistake in an example is seen, in whole ones and in entries.</summary>
    [Theory]
    [InlineData("routes:\n  - { hosts: a.example.com, to: 1 }\n")]
    [InlineData("    - { name: hook, provider: exec, zone: [example.org], command: [/bin/true] }\n")]
    [InlineData("    - { name: own, directory: \"https://ca.internal/\", mail: me@example.com }\n")]
    public void Examples_WithAMistake_AreNot(string text) => ConfigFile.Parse("f", Encoding.UTF8.GetBytes(Whole(text))).Problems.ShouldNotBeEmpty();

    private static string Whole(string text) =>
        !text.StartsWith(Entry, StringComparison.Ordinal) ? text : $"certificates:\n  {(text.Contains("directory:", StringComparison.Ordinal) ? "issuers" : "dns")}:\n{text}";

    private static IEnumerable<string> Documents() => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md").Append(Path.Combine(SourceTree.Root, "README.md"));

    private static IEnumerable<(string Place, string Text)> Examples(string document)
    {
        var text = File.ReadAllText(document);
        return YamlBlock().Matches(text).Select(match => ($"{Path.GetFileName(document)}:{SourceFile.LineOf(text, match.Index)}", match.Groups["yaml"].Value));
    }

    [GeneratedRegex(@"^```ya?ml\n(?<yaml>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
