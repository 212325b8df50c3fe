using Signalbox.Sources.DevServers;

namespace Signalbox.Tests.Sources.DevServers;

public sealed class CommandReaderTests : IDisposable
{
    private const string Vite = "--port 4123 --strictPort --host 127.0.0.1";
    private const string Plain = "--port 4123 --host 127.0.0.1";
    private const string Next = "--port 4123 --hostname 127.0.0.1";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vite", Vite)]
    [InlineData("vite dev", Vite)]
    [InlineData("vite ./app --open", Vite)]
    [InlineData("vite preview", Vite)]
    [InlineData("vite build", null)]
    [InlineData("vite --mode test build", null)]
    [InlineData("vite --version", null)]
    [InlineData("vite --host 0.0.0.0", "--port 4123 --strictPort")]
    [InlineData("vite --strictPort", "--port 4123 --host 127.0.0.1")]
    [InlineData("vite --port 5000", "")]
    [InlineData("vite --port=5000", "")]
    [InlineData("next dev -p 5000", "")]
    [InlineData("next dev -p5000", "")]
    [InlineData("vite -- --port", "")]
    [InlineData("npx vite", Vite)]
    [InlineData("npx -y vite@7 dev", Vite)]
    [InlineData("npx --package vite vite", Vite)]
    [InlineData("npx -- vite", Vite)]
    [InlineData("npx -c vite", null)]
    [InlineData("bunx vite", Vite)]
    [InlineData("pnpm exec vite", Vite)]
    [InlineData("pnpm dlx vite", Vite)]
    [InlineData("pnpm vite", Vite)]
    [InlineData("yarn vite", Vite)]
    [InlineData("yarn exec vite", Vite)]
    [InlineData("bun run vite", Vite)]
    [InlineData("bun x vite", Vite)]
    [InlineData("npm exec vite", "-- " + Vite)]
    [InlineData("npm exec -- vite", Vite)]
    [InlineData("node node_modules/.bin/vite", Vite)]
    [InlineData("node --inspect -r dotenv/config node_modules/vite/bin/vite.js", Vite)]
    [InlineData("node vite.js", null)]
    [InlineData("./node_modules/.bin/vite", Vite)]
    [InlineData("/opt/x/node_modules/.bin/astro dev", Plain)]
    [InlineData("cross-env A=b vite", Vite)]
    [InlineData("env A=b B=c vite", Vite)]
    [InlineData("dotenv -e .env -- vite", Vite)]
    [InlineData("astro dev", Plain)]
    [InlineData("astro build", null)]
    [InlineData("ng serve", Plain)]
    [InlineData("npx @angular/cli@20 serve", Plain)]
    [InlineData("ng build", null)]
    [InlineData("next dev --turbopack", Next)]
    [InlineData("next", Next)]
    [InlineData("next start", Next)]
    [InlineData("next build", null)]
    [InlineData("next dev -H 0.0.0.0", "--port 4123")]
    [InlineData("webpack serve", Plain)]
    [InlineData("webpack --mode production", null)]
    [InlineData("webpack-dev-server", Plain)]
    [InlineData("nuxt dev", Plain)]
    [InlineData("npx nuxi@latest dev", Plain)]
    [InlineData("remix vite:dev", Vite)]
    [InlineData("react-router dev", Vite)]
    [InlineData("vitepress dev docs", Vite)]
    [InlineData("python3 -m http.server", null)]
    [InlineData("concurrently vite", null)]
    [InlineData("npm install", null)]
    [InlineData("npm", null)]
    public void Read_Command_GivesTheFlags(string command, string? flags) => Flags(command).ShouldBe(flags);

    [Theory]
    [InlineData("npm run dev", "vite", "-- " + Vite)]
    [InlineData("npm run dev -- --open", "vite", Vite)]
    [InlineData("npm run dev -- --port 5000", "vite", "")]
    [InlineData("npm run --silent dev", "vite", "-- " + Vite)]
    [InlineData("npm run dev --silent", "vite", "-- " + Vite)]
    [InlineData("npm run dev -w app", "vite", null)]
    [InlineData("npm run dev --workspace=app", "vite", null)]
    [InlineData("npm run other", "vite", null)]
    [InlineData("npm dev", "vite", null)]
    [InlineData("pnpm dev", "vite", Vite)]
    [InlineData("pnpm run dev", "vite", Vite)]
    [InlineData("pnpm --filter app dev", "vite", null)]
    [InlineData("yarn dev", "vite", Vite)]
    [InlineData("yarn run dev", "vite", Vite)]
    [InlineData("bun run dev", "vite", Vite)]
    [InlineData("bun dev", "vite", Vite)]
    [InlineData("bun --bun run dev", "vite", Vite)]
    [InlineData("npm run dev", "cross-env NODE_ENV=development vite --open", "-- " + Vite)]
    [InlineData("npm run dev", "NODE_ENV=development BROWSER='no one' vite", "-- " + Vite)]
    [InlineData("npm run dev", "npm run generate && vite", "-- " + Vite)]
    [InlineData("npm run dev", "rm -rf .cache; vite \"my app\"", "-- " + Vite)]
    [InlineData("npm run dev", "vite && echo done", null)]
    [InlineData("npm run dev", "vite --port 3000", "")]
    [InlineData("npm run dev", "vite & tsc -w", null)]
    [InlineData("npm run dev", "vite | pino-pretty", null)]
    [InlineData("npm run dev", "(vite)", null)]
    [InlineData("npm run dev", "vite $(cat flags)", null)]
    [InlineData("npm run dev", "concurrently \"vite\" \"tsc -w\"", null)]
    [InlineData("npm run dev", "run-p web api", null)]
    [InlineData("npm run dev", "turbo run dev", null)]
    [InlineData("npm run dev", "npm run dev", null)]
    [InlineData("npm run dev", "'vite", null)]
    [InlineData("npm run dev", "next dev", "-- " + Next)]
    [InlineData("npm run dev", "ng serve", "-- " + Plain)]
    [InlineData("npm run dev", "npx webpack serve", "-- " + Plain)]
    [InlineData("npm run dev", "yarn vite", "-- " + Vite)]
    public void Read_Script_GivesTheFlags(string command, string script, string? flags)
    {
        Package("package.json", script);
        Flags(command).ShouldBe(flags);
    }

    [Fact]
    public void Read_ScriptOfAScript_PassesThroughBoth()
    {
        _folder.File("package.json", """{ "scripts": { "start": "npm run dev", "dev": "vite" } }""");
        Flags("npm start").ShouldBe("-- -- " + Vite);
        Flags("yarn start").ShouldBe("-- " + Vite);
    }

    [Theory]
    [InlineData("npm --prefix app run dev", "-- " + Vite)]
    [InlineData("npm --prefix=app run dev", "-- " + Vite)]
    [InlineData("pnpm -C app dev", Vite)]
    [InlineData("yarn --cwd app dev", Vite)]
    public void Read_AnotherDirectory_IsLookedInto(string command, string flags)
    {
        Package("app/package.json", "vite");
        Flags(command).ShouldBe(flags);
    }

    [Fact]
    public void Read_SubFolder_UsesTheNearestPackage()
    {
        Package("package.json", "vite");
        new CommandReader(4123, "127.0.0.1").Read(["npm", "run", "dev"], _folder.Folder("src", "deep"))!.Tool.Program.ShouldBe("vite");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "scripts": [] }""")]
    [InlineData("""{ "scripts": { "dev": 1 } }""")]
    public void Read_BrokenPackage_IsLeftAlone(string content)
    {
        _folder.File("package.json", content);
        Flags("npm run dev").ShouldBeNull();
    }

    [Theory]
    [InlineData("vite --port 5000", 5000)]
    [InlineData("next dev -p 5001", 5001)]
    [InlineData("vite --port", null)]
    [InlineData("vite --port 70000", null)]
    [InlineData("vite", null)]
    public void Read_OwnPort_IsKnown(string command, int? port) =>
        new CommandReader(4123, "127.0.0.1").Read(command.Split(' '), _folder.Root)!.OwnPort.ShouldBe(port);

    private string? Flags(string command) =>
        new CommandReader(4123, "127.0.0.1").Read(command.Split(' '), _folder.Root) is { } found ? string.Join(' ', found.Extra) : null;

    private void Package(string file, string script) =>
        _folder.File(file, System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { ["scripts"] = new Dictionary<string, string> { ["dev"] = script } }));
}
