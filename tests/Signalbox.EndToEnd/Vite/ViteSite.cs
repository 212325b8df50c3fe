using System.Globalization;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>
/// A project <c>shop</c> on branch <c>main</c>, served by a real Vite. Its page shows a text from a module of its own, which HMR replaces without a reload,
/// and the port of the server that made it.
/// </summary>
internal sealed class ViteSite
{
    private readonly Home _home;

    private ViteSite(Home home, string root)
    {
        _home = home;
        Root = root;
    }

    public string Root { get; }

    /// <param name="home">Where it is made, and whose daemon it speaks to.</param>
    /// <param name="plugin">Whether its configuration has the plugin.</param>
    /// <param name="vite">The package of the version of Vite, as the plugin's own tests have them.</param>
    public static async Task<ViteSite> MakeAsync(Home home, bool plugin = true, string vite = "vite")
    {
        await VitePlugin.BuildAsync();
        var site = new ViteSite(home, Directory.CreateDirectory(Path.Combine(home.Work, "shop")).FullName);
        site.Write(".git/HEAD", "ref: refs/heads/main\n");
        site.Write("package.json", """{ "name": "shop", "private": true, "type": "module", "scripts": { "dev": "vite" }, "devDependencies": { "vite": "*" } }""");
        site.Write("index.html", """<!doctype html><link rel="icon" href="data:,"><p id="text"></p><p id="port"></p><script type="module" src="/main.js"></script>""");
        site.Write("main.js", """
            import { text } from './text.js'
            const show = (words) => { document.querySelector('#text').textContent = words }
            show(text)
            document.querySelector('#port').textContent = __PORT__
            if (import.meta.hot) import.meta.hot.accept('./text.js', (changed) => show(changed.text))
            """);
        site.SetText("first");
        site.Write("vite.config.js", $$"""
            {{(plugin ? "import signalbox from 'vite-plugin-signalbox'" : "")}}
            // Says when files are watched: what is edited before that is not noticed.
            const watching = { name: 'watching', configureServer({ watcher }) {
              if (watcher._readyEmitted) console.log('watching'); else watcher.once('ready', () => console.log('watching'))
            } }
            // The port of the server, known once it listens; pages are made after that.
            const port = { name: 'port', configureServer({ httpServer }) { httpServer?.once('listening', () => { port.number = httpServer.address().port }) },
              transform: (code, id) => id.endsWith('/main.js') ? code.replace('__PORT__', String(port.number)) : undefined }
            const wanted = Number(process.env.WANTED_PORT)
            export default {
              plugins: [watching, port, {{(plugin ? "signalbox({ instanceLabel: process.env.INSTANCE })" : "")}}],
              server: wanted ? { port: wanted, strictPort: true } : {},
              preview: wanted ? { port: wanted, strictPort: true } : {},
              optimizeDeps: { noDiscovery: true },
              clearScreen: false,
            }
            """);
        site.Link("node_modules/vite", Path.Combine(VitePlugin.Folder, "node_modules", vite));
        site.Link("node_modules/vite-plugin-signalbox", VitePlugin.Folder);
        site.Link("node_modules/.bin/vite", "../vite/bin/vite.js");
        return site;
    }

    /// <summary>What the page shows; every server of the site notices.</summary>
    public void SetText(string text) => Write("text.js", $"export const text = '{text}'\n");

    public void Write(string file, string text)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Starts Vite itself, without npm: the process that is returned is the one that listens.</summary>
    public ChildProcess Start(string? label, int port, params string[] arguments) => _home.Start(VitePlugin.Node, ["node_modules/vite/bin/vite.js", .. arguments], Root, new Dictionary<string, string?>
    {
        ["INSTANCE"] = label, ["WANTED_PORT"] = port.ToString(CultureInfo.InvariantCulture), ["SIGNALBOX_BIN"] = Product.Program, ["SIGNALBOX_URL"] = null,
    });

    /// <summary>Runs <c>signalbox dev</c> with the command, in a terminal: SIGINT to what is returned types Ctrl-C.</summary>
    public ChildProcess StartDev(params string[] command) => _home.Start(DevServer.Python, [Product.TestFile("terminal.py"), Product.Program, "dev", "--", .. command], Root, new Dictionary<string, string?>
    {
        ["SIGNALBOX_BIN"] = Product.Program, ["npm_config_update_notifier"] = "false", ["npm_config_offline"] = "true",
    });

    /// <summary>Waits until Vite has printed the name as proved, and watches the files.</summary>
    public async Task ReadyAsync(ChildProcess vite, string host)
    {
        await vite.LineAsync("its proved URL", line => line.Contains(_home.Url(host), StringComparison.Ordinal) && line.EndsWith("proved", StringComparison.Ordinal));
        await WatchesAsync(vite);
    }

    /// <summary>Waits until Vite watches the files.</summary>
    public static Task WatchesAsync(ChildProcess vite) => vite.LineAsync("that it watches", line => line.Contains("watching", StringComparison.Ordinal));

    private void Link(string link, string target)
    {
        var path = Path.Combine(Root, link);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }
}
