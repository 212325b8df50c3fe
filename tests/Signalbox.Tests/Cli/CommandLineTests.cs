using System.CommandLine;
using Signalbox.Cli;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly CliRun _run = new();

    public CommandLineTests() => _run.Variables["SIGNALBOX_HOME"] = _home.Layout.Root;

    public void Dispose()
    {
        _run.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("", "A command is missing")]
    [InlineData("stats", "Did you mean `status`?")]
    [InlineData("ruotes", "Did you mean `routes`?")]
    [InlineData("hist", "Did you mean `history`?")]
    [InlineData("zzzzzz", "is not a command of `signalbox`.")]
    [InlineData("status --jsn", "Did you mean `--json`?")]
    [InlineData("status --hme /x", "Did you mean `--home`?")]
    [InlineData("status extra", "“extra” is one word too many")]
    [InlineData("status --home", "--home needs a value: DIR")]
    [InlineData("route", "add, rm")]
    [InlineData("route ad x y", "Did you mean `add`?")]
    [InlineData("route add", "HOST and TARGET are missing")]
    [InlineData("route add a.localhost", "TARGET is missing")]
    [InlineData("route add a.localhost 3000 --tls of", "Did you mean `off`?")]
    [InlineData("route add a/b.localhost 3000", "A host name has no slash.")]
    [InlineData("route add a_b.localhost 3000", "Use a-b.")]
    [InlineData("route add a.localhost 0", "ports are 1 to 65535")]
    [InlineData("route add a.localhost 65536", "ports are 1 to 65535")]
    [InlineData("route add a.localhost http://x/y", "A target is only scheme, host and port")]
    [InlineData("route rm a..localhost", "empty label")]
    [InlineData("history --limit 0", "--limit is a number from 1 to 10000, not “0”.")]
    [InlineData("history --limit many", "--limit is a number from 1 to 10000, not “many”.")]
    [InlineData("completion basj", "Did you mean `bash`?")]
    public async Task Run_WrongUsage_SaysWhatIsWrongAndReturns2(string words, string says)
    {
        (await _run.RunAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(ExitCodes.Usage);
        _run.Error.ShouldContain(says);
        _run.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("routes --json")]
    [InlineData("route add a.localhost 3000")]
    [InlineData("route rm a.localhost")]
    [InlineData("why https://a.localhost")]
    [InlineData("history")]
    [InlineData("certs")]
    [InlineData("check --fix")]
    [InlineData("down")]
    public async Task Run_NoDaemon_Returns3AndTellsHowToStartOne(string words)
    {
        (await _run.RunAsync(words.Split(' '))).ShouldBe(ExitCodes.NoDaemon);
        _run.Error.ShouldContain("signalbox up");
    }

    [Fact]
    public async Task Run_HomeOption_StandsBeforeOrAfterTheVerbAndBeatsTheVariable()
    {
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, 200, "[]");
        _run.Variables["SIGNALBOX_HOME"] = "/nowhere";
        (await _run.RunAsync("--home", _home.Layout.Root, "routes", "--json")).ShouldBe(0);
        (await _run.RunAsync("routes", "--json", "--home", _home.Layout.Root)).ShouldBe(0);
        _run.Out.ShouldBe("[]\n[]\n");
    }

    [Fact]
    public async Task Run_Conflict_Returns4()
    {
        await using var admin = await FakeAdmin.StartAsync(_home.Layout, 409, """{"type":"urn:signalbox:problem:host-in-use","title":"t","status":409,"detail":"Held by x."}""", "application/problem+json");
        (await _run.RunAsync("route", "add", "a.localhost", "3000")).ShouldBe(ExitCodes.Conflict);
        _run.Error.ShouldContain("Held by x.");
    }

    [Fact]
    public async Task Run_Version_PrintsIt()
    {
        (await _run.RunAsync("--version")).ShouldBe(0);
        _run.Out.ShouldBe("signalbox 0.1.0\n");
    }

    [Fact]
    public async Task Run_WordWithAnAtSign_IsNeverReadAsAFile()
    {
        var file = Path.Combine(_home.Layout.Root, "words");
        await File.WriteAllTextAsync(file, "--version", TestContext.Current.CancellationToken);
        (await _run.RunAsync("@" + file)).ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public void Tree_EveryVerb_HasADescriptionOfOneStyle()
    {
        foreach (var command in All(CommandLine.Tree(_run.Context)).Skip(1))
        {
            command.Description.ShouldNotBeNullOrEmpty();
            command.Description.ShouldNotEndWith(".");
        }
    }

    [Theory]
    [InlineData(ProblemType.NoDaemon, ExitCodes.NoDaemon)]
    [InlineData(ProblemType.HostInUse, ExitCodes.Conflict)]
    [InlineData(ProblemType.HomeInUse, ExitCodes.Conflict)]
    [InlineData(ProblemType.InvalidHost, ExitCodes.Usage)]
    [InlineData(ProblemType.InvalidRequest, ExitCodes.Usage)]
    [InlineData(ProblemType.InvalidConfig, ExitCodes.Failed)]
    [InlineData(ProblemType.NotFound, ExitCodes.Failed)]
    [InlineData(ProblemType.HomeUnusable, ExitCodes.Failed)]
    [InlineData(ProblemType.PortInUse, ExitCodes.Failed)]
    public void ExitCodes_OfProblem_AreStable(string type, int code) => ExitCodes.Of(new Problem(type, ProblemSide.Request, "x", "y")).ShouldBe(code);

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
