using System.Globalization;
using System.Text.RegularExpressions;
using Signalbox.Certificates.Issuing.Limits;

namespace Signalbox.Tests.Certificates.Issuing;

public sealed partial class PublicSuffixesTests
{
    /// <summary>The list's own checks (<c>test_psl.txt</c>, public domain). What has no registered domain there is its own here.</summary>
    [Fact]
    public void RegisteredDomain_TheListsOwnChecks_Hold()
    {
        var checks = Cases().ToList();
        checks.Count.ShouldBeGreaterThan(70);
        foreach (var (name, expected) in checks) PublicSuffixes.List.RegisteredDomain(name).ShouldBe(expected ?? name, $"of {name}");
    }

    [Theory]
    [InlineData("*.shop.example.co.uk", "example.co.uk")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("localhost", "localhost")]
    public void RegisteredDomain_OfWhatTheListDoesNotKnow_IsSensible(string name, string expected) =>
        PublicSuffixes.List.RegisteredDomain(name).ShouldBe(expected);

    private static IEnumerable<(string Name, string? Expected)> Cases()
    {
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "test_psl.txt")))
        {
            if (Check().Match(line) is not { Success: true } match) continue;
            // Empty labels and null are no host names: they never get this far.
            var name = match.Groups["name"].Value;
            if (name.StartsWith('.')) continue;
            yield return (Ascii(name), match.Groups["domain"] is { Success: true, Value: var domain } ? Ascii(domain) : null);
        }
    }

    private static string Ascii(string name) => new IdnMapping().GetAscii(name).ToLowerInvariant();

    [GeneratedRegex(@"^checkPublicSuffix\('(?<name>[^']+)', (null|'(?<domain>[^']+)')\);")]
    private static partial Regex Check();
}
