using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

/// <summary>The scripts in the shells themselves: what is offered for a line.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly CliRun _run = new();
    private readonly TemporaryHome _home = new();

    public void Dispose()
    {
        _run.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("signalbox stat", "status")]
    [InlineData("signalbox route ", "add rm --home --help")]
    [InlineData("signalbox route add a.localhost 3000 --t", "--tls --take")]
    [InlineData("signalbox route add a.localhost 3000 --tls ", "auto off")]
    [InlineData("signalbox --home /tmp route r", "rm")]
    [InlineData("signalbox --home route stat", "status")]
    [InlineData("signalbox completion ", "bash zsh fish --home --help")]
    [InlineData("signalbox status --j", "--json")]
    [InlineData("signalbox history --limit ", "")]
    public async Task Bash_Line_OffersWhatMayFollow(string line, string offered)
    {
        (await _run.RunAsync("completion", "bash")).ShouldBe(0);
        var script = Path.Combine(_home.Layout.Root, "script");
        await File.WriteAllTextAsync(script, _run.Out, TestContext.Current.CancellationToken);
        var (exit, output) = await Tool.RunAsync("bash", "--norc", "-c",
            """source "$1"; COMP_WORDS=($2); [[ $2 == *' ' ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _signalbox; echo "${COMPREPLY[*]}" """, "bash", script, line);
        (exit, output.Trim()).ShouldBe((0, offered));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Script_EveryVerbAndOption_IsInIt(string shell)
    {
        (await _run.RunAsync("completion", shell)).ShouldBe(0);
        foreach (var word in (string[])["status", "routes", "route add", "route rm", "why", "history", "certs", "check", "trust", "untrust", "doctor", "up", "down", "dev", "config", "completion", "home", "json", "host-header", "take"]) _run.Out.ShouldContain(word);
        _run.Out.ShouldNotContain("--detached");
    }
}
