using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Refusing;

/// <summary>What cannot be routed is refused with exit code 2 and a sentence, and harms no other route.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task RouteAdd_BadHostsAndTargets_AreRefusedAndHarmNoOther()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("good");
        await home.UpAsync();
        (await home.RunAsync("route", "add", "good.localhost", backend.Target)).ShouldExit(0);
        string[][] bad =
        [
            ["a/b.localhost", backend.Target], ["under_score.localhost", backend.Target], [$"{new string('a', 64)}.localhost", backend.Target],
            ["-.localhost", backend.Target], ["", backend.Target], ["a..localhost", backend.Target],
            ["target.localhost", "no url at all"], ["target.localhost", "http://127.0.0.1:0"], ["target.localhost", "http://127.0.0.1:65536"],
        ];
        foreach (var pair in bad)
        {
            var result = await home.RunAsync("route", "add", pair[0], pair[1]);
            result.ShouldExit(2).Errors.ShouldNotBeEmpty();
            result.Errors.ShouldNotContain("   at ");
        }

        // These are only written differently.
        (await home.RunAsync("route", "add", "UPPER.localhost", backend.Target)).ShouldExit(0);
        (await home.RunAsync("route", "add", "bücher.localhost", backend.Target)).ShouldExit(0);
        await home.Admin.UntilAsync(("good.localhost", RouteStates.Live), ("upper.localhost", RouteStates.Live), ("xn--bcher-kva.localhost", RouteStates.Live));
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--host", "a_b.localhost")]
    [InlineData("--name", "///")]
    public async Task Dev_BadOption_ExitsWithUsageAndRunsNothing(string option, string value)
    {
        await using var home = new Home();
        var result = await home.RunAsync("dev", option, value, "--", "sh", "-c", "echo ran");
        result.ShouldExit(2).Errors.ShouldNotBeEmpty();
        result.Output.ShouldNotContain("ran");
    }

    [Fact]
    public async Task Verbs_NoDaemon_ExitWithThree()
    {
        await using var home = new Home();
        string[][] verbs = [["status"], ["routes"], ["why", "https://a.localhost"], ["history"], ["route", "add", "a.localhost", "http://127.0.0.1:1"], ["route", "rm", "a.localhost"]];
        foreach (var verb in verbs) (await home.RunAsync(verb)).ShouldExit(3).Errors.ShouldContain("signalbox up");
    }
}
