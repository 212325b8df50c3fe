using System.Text.Json;
using Signalbox.Model;
using Signalbox.Tests.Repository;

namespace Signalbox.Tests.Model;

/// <summary>The daemon and the Vite plugin form names by the same rules: both read the same vectors.</summary>
public class NameVectorTests
{
    [Fact]
    public void Slug_EveryVector_IsAsWritten()
    {
        foreach (var vector in Vectors("slugs"))
        {
            var text = vector.GetProperty("text").GetString()!;
            Naming.Slug(text).ShouldBe(vector.GetProperty("slug").GetString(), $"for “{text}”");
        }
    }

    [Fact]
    public void DevHost_EveryVector_IsAsWritten()
    {
        foreach (var vector in Vectors("hosts"))
        {
            var host = Naming.DevHost(Text(vector, "repo")!, Text(vector, "branch"), Text(vector, "label"), Text(vector, "base")!);
            (host.Succeeded ? host.Value : null).ShouldBe(Text(vector, "host"), $"for {vector}");
        }
    }

    private static string? Text(JsonElement vector, string name) => vector.GetProperty(name).GetString();

    private static JsonElement[] Vectors(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "tests", "vectors", "names.json")));
        return [.. document.RootElement.GetProperty(name).Clone().EnumerateArray()];
    }
}
