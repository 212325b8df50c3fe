using Signalbox.Model;

namespace Signalbox.Sources.DevServers;

/// <summary>A dev server that is told its port by flags, since it ignores <c>PORT</c> or reads it only at times.</summary>
/// <param name="Program">The executable's name.</param>
/// <param name="Verbs">The sub-commands that serve.</param>
/// <param name="Bare">True when it also serves without a sub-command.</param>
internal sealed record DevTool(string Program, Items<string> Verbs, bool Bare)
{
    public string PortFlag { get; init; } = "--port";

    public string HostFlag { get; init; } = "--host";

    /// <summary>Makes it fail rather than wander to the next port, which may be set aside for another server; null where there is no such flag.</summary>
    public string? StrictFlag { get; init; }

    /// <summary>Sub-commands that do not serve and would choke on the flags. Needed where <see cref="Bare"/> lets any other word be a directory.</summary>
    public Items<string> Others { get; init; }

    /// <summary>Flags as their own documentation gives them.</summary>
    public static IReadOnlyList<DevTool> Known { get; } =
    [
        new("vite", ["dev", "serve", "preview"], true) { StrictFlag = "--strictPort", Others = ["build", "optimize"] },
        new("astro", ["dev", "preview"], false),
        new("ng", ["serve", "s", "dev"], false),
        new("next", ["dev", "start"], true) { HostFlag = "--hostname", Others = ["build", "export", "info", "lint", "telemetry", "typegen", "upgrade", "experimental-test", "experimental-analyze"] },
        new("webpack", ["serve", "server", "s"], false),
        new("webpack-dev-server", [], true),
        new("nuxt", ["dev"], false),
        new("nuxi", ["dev"], false),
        new("remix", ["vite:dev"], false) { StrictFlag = "--strictPort" },
        new("react-router", ["dev"], false) { StrictFlag = "--strictPort" },
        new("vitepress", ["dev"], false) { StrictFlag = "--strictPort" },
        new("vue-cli-service", ["serve"], false),
    ];

    /// <summary>Packages whose executable has another name than they have.</summary>
    private static string Executable(string package) => package switch
    {
        "@angular/cli" => "ng",
        "webpack-cli" => "webpack",
        "@vue/cli-service" => "vue-cli-service",
        "@remix-run/dev" => "remix",
        "@react-router/dev" => "react-router",
        _ => package,
    };

    /// <summary>The tool of a program's name, path (<c>./node_modules/.bin/vite</c>) or package (<c>vite@7</c>).</summary>
    public static DevTool? Find(string word)
    {
        var name = word;
        var version = name.IndexOf('@', Math.Min(1, name.Length));
        if (version > 0 && !name.Contains("node_modules", StringComparison.Ordinal)) name = name[..version];
        name = Executable(name);
        if (!name.StartsWith('@')) name = Path.GetFileName(name);
        // node_modules/vite/bin/vite.js is the tool; a vite.js of the user's own is not.
        if (word.Contains("node_modules", StringComparison.Ordinal) && Path.GetExtension(name) is ".js" or ".mjs" or ".cjs") name = Path.GetFileNameWithoutExtension(name);
        return Known.FirstOrDefault(tool => tool.Program == name);
    }

    /// <summary>True when these words behind the program make it serve.</summary>
    public bool Serves(IEnumerable<string> words)
    {
        var list = words as IReadOnlyList<string> ?? [.. words];
        if (list.Any(word => word is "--help" or "-h" or "--version" or "-v")) return false;
        var positional = list.Where(word => !word.StartsWith('-')).ToList();
        if (positional.Count > 0 && Verbs.Contains(positional[0])) return true;
        return Bare && !positional.Any(word => Others.Contains(word));
    }
}
