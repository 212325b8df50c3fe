using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Refusing;

/// <summary>A port that another program holds is told with that program's name.</summary>
public sealed class PortTests
{
    [Fact]
    public async Task Up_HttpsPortHeldByAnotherProgram_FailsNamingTheProcess()
    {
        await using var home = new Home();
        var holder = await HoldAsync(home);
        var result = await home.RunAsync("up");
        result.ShouldExit(1).Errors.ShouldContain($"{home.HttpsPort}");
        result.Errors.ShouldContain("python3");
        result.Errors.ShouldContain($"{holder.Id}");
    }

    [Fact]
    public async Task Dev_HttpsPortHeldByAnotherProgram_FailsNamingTheProcessAndRunsNothing()
    {
        await using var home = new Home();
        var holder = await HoldAsync(home);
        var dev = DevServer.Start(home, "held");
        (await dev.ExitAsync()).ShouldBe(1, dev.Transcript);
        dev.Transcript.ShouldContain($"{home.HttpsPort}");
        dev.Transcript.ShouldContain($"{holder.Id}");
        dev.Transcript.ShouldNotContain("listening on");
    }

    [Theory]
    [InlineData("--http", "65536")]
    [InlineData("--https", "-1")]
    [InlineData("--https", "many")]
    public async Task Up_PortThatIsNone_ExitsWithUsage(string option, string port)
    {
        await using var home = new Home();
        (await home.RunAsync("up", option, port)).ShouldExit(2).Errors.ShouldContain(port);
    }

    private static async Task<ChildProcess> HoldAsync(Home home)
    {
        var holder = home.Start(DevServer.Python, [Product.TestFile("dev-server.py"), $"{home.HttpsPort}"]);
        await holder.LineAsync("that it listens", line => line.Contains("listening", StringComparison.Ordinal));
        return holder;
    }
}
