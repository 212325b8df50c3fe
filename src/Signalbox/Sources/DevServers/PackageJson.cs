using System.Text.Json;

namespace Signalbox.Sources.DevServers;

/// <summary>The scripts of the package that a package manager run in a directory would use: those of the nearest package.json upwards.</summary>
internal sealed class PackageJson
{
    private readonly Dictionary<string, string> _scripts;

    private PackageJson(string directory, Dictionary<string, string> scripts)
    {
        Directory = directory;
        _scripts = scripts;
    }

    /// <summary>Where the file lies, which is where its scripts run.</summary>
    public string Directory { get; }

    public string? Script(string name) => _scripts.GetValueOrDefault(name);

    /// <summary>Null when there is none, or when it is no JSON object: then nobody's arguments are touched.</summary>
    public static PackageJson? Find(string directory)
    {
        for (var at = Path.GetFullPath(directory); at is not null; at = Path.GetDirectoryName(at))
        {
            var file = Path.Combine(at, "package.json");
            if (!File.Exists(file)) continue;
            return SmallFile.Read(file) is { } text && Parse(text) is { } scripts ? new PackageJson(at, scripts) : null;
        }

        return null;
    }

    private static Dictionary<string, string>? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var scripts = new Dictionary<string, string>(StringComparer.Ordinal);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            if (!document.RootElement.TryGetProperty("scripts", out var element) || element.ValueKind != JsonValueKind.Object) return scripts;
            foreach (var script in element.EnumerateObject())
            {
                if (script.Value.ValueKind == JsonValueKind.String) scripts[script.Name] = script.Value.GetString()!;
            }

            return scripts;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
