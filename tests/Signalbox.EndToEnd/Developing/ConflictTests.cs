using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Developing;

/// <summary>Who has a name when two want it.</summary>
public sealed class ConflictTests
{
    [Fact]
    public async Task Dev_NameHeldByAnotherProject_ExitsWithConflictNamingTheHolder()
    {
        await using var home = new Home();
        var first = Start(home, "first");
        await DevServer.ReadyAsync(home, first, "shared");
        var second = Start(home, "second");
        (await second.ExitAsync()).ShouldBe(4, second.Transcript);
        second.Transcript.ShouldContain(Path.Combine(home.Work, "first"));
        second.Transcript.ShouldContain("--take");
        second.Transcript.ShouldNotContain("listening on");
        using var client = home.Client();
        (await client.TextAsync("shared.localhost")).ShouldBe("first");
    }

    [Fact]
    public async Task Dev_Take_TakesTheNameVisiblyAndGivesItBack()
    {
        await using var home = new Home();
        var first = Start(home, "first");
        await DevServer.ReadyAsync(home, first, "shared");
        var second = Start(home, "second", "--take");
        await DevServer.ReadyAsync(home, second, "shared");
        using var client = home.Client();
        (await client.TextAsync("shared.localhost")).ShouldBe("second");
        (await home.Admin.RoutesAsync()).Select(route => route.State).Order().ShouldBe([RouteStates.Live, RouteStates.Shadowed]);
        await first.LineAsync("that its name was taken", line => line.Contains(Path.Combine(home.Work, "second"), StringComparison.Ordinal));
        (await home.Admin.HistoryAsync()).ShouldContain(entry => entry.Change == "take");

        second.Signal(Signals.Interrupt);
        (await second.ExitAsync()).ShouldBe(0, second.Transcript);
        await client.AnswersAsync("shared.localhost", "first");
    }

    [Fact]
    public async Task Dev_SameProject_NewestHasTheNameAndTheOlderComesBack()
    {
        await using var home = new Home();
        var folder = DevServer.Folder(home, "project");
        (await home.Start("git", ["init", "-q", "-b", "main"], folder).ExitAsync()).ShouldBe(0);
        var older = StartIn(home, folder, "older");
        await DevServer.ReadyAsync(home, older, "shared");
        var newer = StartIn(home, folder, "newer");
        await DevServer.ReadyAsync(home, newer, "shared");
        using var client = home.Client();
        (await client.TextAsync("shared.localhost")).ShouldBe("newer");
        newer.Signal(Signals.Kill);
        await client.AnswersAsync("shared.localhost", "older");
    }

    [Fact]
    public async Task Dev_BranchesThatCleanToOneName_AreToldApartByTheSameRules()
    {
        await using var home = new Home();
        var slash = await RepositoryAsync(home, "one/app", "feature/foo");
        var hyphen = await RepositoryAsync(home, "two/app", "feature-foo");
        var first = home.Start(Product.Program, ["dev", "--", .. DevServer.Command], slash, Named("first"));
        await DevServer.ReadyAsync(home, first, "app.feature-foo");
        var second = home.Start(Product.Program, ["dev", "--", .. DevServer.Command], hyphen, Named("second"));
        (await second.ExitAsync()).ShouldBe(4, second.Transcript);
        var labelled = home.Start(Product.Program, ["dev", "--label", "b", "--", .. DevServer.Command], hyphen, Named("second"));
        await DevServer.ReadyAsync(home, labelled, "app.feature-foo.b");
        using var client = home.Client();
        (await client.TextAsync("app.feature-foo.localhost")).ShouldBe("first");
        (await client.TextAsync("app.feature-foo.b.localhost")).ShouldBe("second");
    }

    [Fact]
    public async Task RouteAdd_NameHeldByADevServer_ExitsWithConflict()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("route");
        var dev = Start(home, "first");
        await DevServer.ReadyAsync(home, dev, "shared");
        (await home.RunAsync("route", "add", "shared.localhost", backend.Target)).ShouldExit(4).Errors.ShouldContain("first");
        (await home.RunAsync("route", "add", "shared.localhost", backend.Target, "--take")).ShouldExit(0);
        using var client = home.Client();
        (await client.TextAsync("shared.localhost")).ShouldBe("route");
    }

    /// <summary>In a folder of that name, each a project of its own; it answers with the folder's name.</summary>
    private static ChildProcess Start(Home home, string folder, params string[] options) => StartIn(home, DevServer.Folder(home, folder), folder, options);

    private static ChildProcess StartIn(Home home, string folder, string answer, params string[] options) =>
        home.Start(Product.Program, ["dev", "--host", "shared.localhost", .. options, "--", .. DevServer.Command], folder, Named(answer));

    private static Dictionary<string, string?> Named(string name) => new() { ["NAME"] = name };

    private static async Task<string> RepositoryAsync(Home home, string folder, string branch)
    {
        var path = DevServer.Folder(home, folder);
        (await home.Start("git", ["init", "-q", "-b", branch], path).ExitAsync()).ShouldBe(0);
        return path;
    }
}
