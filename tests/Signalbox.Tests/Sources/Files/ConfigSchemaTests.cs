using System.Text;
using System.Text.Json;
using Signalbox.Sources.Files;

namespace Signalbox.Tests.Sources.Files;

public sealed class ConfigSchemaTests
{
    private static JsonElement Schema => JsonDocument.Parse(ConfigSchema.Text).RootElement;

    [Fact]
    public void Schema_TopLevel_HasTheKeysOfTheFileAndNoOthers()
    {
        Schema.GetProperty("properties").EnumerateObject().Select(key => key.Name)
            .ShouldBe(["listen", "transport", "eventLoops", "baseDomains", "trustedProxies", "planes", "routes", "certificates", "store"]);
        Schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Schema_Route_NamesWhatIsRequired()
    {
        var route = Schema.GetProperty("properties").GetProperty("routes").GetProperty("items");
        route.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["host", "to"]);
        var tls = route.GetProperty("properties").GetProperty("tls");
        tls.GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray().Select(word => word.GetString()).ShouldBe(["auto", "off", null]);
    }

    /// <summary>
    /// Every key of the schema, at whatever depth, is known to the reader at the same place: with a value that has no type of the file, it complains of
    /// the value, never of the key.
    /// </summary>
    [Fact]
    public void Schema_EveryKey_IsKnownToTheReader()
    {
        var checkedKeys = 0;
        Visit(Schema, inner => inner);
        checkedKeys.ShouldBeGreaterThan(20);

        void Visit(JsonElement schema, Func<string, string> around)
        {
            if (schema.TryGetProperty("anyOf", out var shapes))
            {
                foreach (var shape in shapes.EnumerateArray()) Visit(shape, around);
            }

            if (schema.TryGetProperty("items", out var items)) Visit(items, inner => around($"[{inner}]"));
            if (!schema.TryGetProperty("properties", out var properties)) return;
            foreach (var key in properties.EnumerateObject())
            {
                var problems = ConfigFile.Parse("f", Encoding.UTF8.GetBytes(around($"{{ {key.Name}: [[]] }}"))).Problems;
                problems.ShouldNotBeEmpty(key.Name);
                problems.ShouldNotContain(problem => problem.Text.Contains("not known"), key.Name);
                key.Value.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
                checkedKeys++;
                Visit(key.Value, inner => around($"{{ {key.Name}: {inner} }}"));
            }
        }
    }
}
