using Signalbox.Cli.Client;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class DaemonStarterTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly FakeDaemon _daemon;

    public DaemonStarterTests() => _daemon = new FakeDaemon(_home.Layout);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _daemon.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ensure_FiftyAtOnce_OneDaemonComesUpAndAllEndConnected(bool leftovers)
    {
        if (leftovers)
        {
            Leftovers.Socket(_home.Layout);
            Leftovers.Locks(_home.Layout);
        }

        // Each has its own open lock file, so the kernel keeps them apart as it would fifty processes.
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Starter().EnsureAsync(_home.Layout, Token))));
        _daemon.Starts.Length.ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Succeeded && answer.Value!.Pid == int.Parse(_daemon.Starts[0]));
    }

    [Fact]
    public async Task Ensure_DaemonRuns_StartsNothing()
    {
        (await Starter().EnsureAsync(_home.Layout, Token)).Succeeded.ShouldBeTrue();
        (await Starter().EnsureAsync(_home.Layout, Token)).Succeeded.ShouldBeTrue();
        _daemon.Starts.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Ensure_DaemonThatDiesAtOnce_ShowsWhatItSaidThisTime()
    {
        await File.WriteAllTextAsync(_home.Layout.DaemonLog, "words of an earlier start\n", Token);
        var problem = (await Starter(new DaemonCommand("/bin/sh", ["-c", "echo port 443 is held by nginx >&2; exit 1"])).EnsureAsync(_home.Layout, Token)).Problem;
        problem.Text.ShouldContain("port 443 is held by nginx");
        problem.Text.ShouldContain("exit code 1");
        problem.Text.ShouldNotContain("earlier");
        problem.Advice.ShouldNotBeNull().ShouldContain(_home.Layout.DaemonLog);
    }

    [Fact]
    public async Task Ensure_LogGrownLong_IsPutAsideOnce()
    {
        await using (var log = File.Create(_home.Layout.DaemonLog)) log.SetLength(11 * 1024 * 1024);
        (await Starter().EnsureAsync(_home.Layout, Token)).Succeeded.ShouldBeTrue();
        new FileInfo(_home.Layout.FormerDaemonLog).Length.ShouldBe(11 * 1024 * 1024);
        new FileInfo(_home.Layout.DaemonLog).Length.ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public async Task Ensure_ProgramThatIsNotThere_SaysSo()
    {
        var problem = (await Starter(new DaemonCommand("/nonexistent/signalbox", [])).EnsureAsync(_home.Layout, Token)).Problem;
        problem.Text.ShouldContain("/nonexistent/signalbox");
    }

    [Fact]
    public async Task Ensure_AnotherDaemonHoldsTheHomeButDoesNotAnswerYet_LooksAgainUntilItDoes()
    {
        // Stands for `signalbox up` in a terminal: it took the home without the start lock, and listens later.
        using var other = _daemon.Command(delay: 0.7).Start(_home.Layout);
        while (_daemon.Starts.Length == 0) await Task.Delay(5, Token);
        var found = await Starter().EnsureAsync(_home.Layout, Token);
        found.Value!.Pid.ShouldBe(int.Parse(_daemon.Starts.ShouldHaveSingleItem()));
    }

    [Fact]
    public async Task Ensure_StartLockHeldByAnother_WaitsForTheAnswerNotTheFile()
    {
        var held = StartLock.Try(_home.Layout).Value!.File!;
        var waiting = Starter().EnsureAsync(_home.Layout, Token);
        using var other = _daemon.Command().Start(_home.Layout);
        (await waiting).Succeeded.ShouldBeTrue();
        _daemon.Starts.Length.ShouldBe(1);
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Ensure_HolderOfTheStartLockDies_NextOneStartsTheDaemon()
    {
        var held = StartLock.Try(_home.Layout).Value!.File!;
        var waiting = Starter().EnsureAsync(_home.Layout, Token);
        await held.DisposeAsync();
        (await waiting).Succeeded.ShouldBeTrue();
        _daemon.Starts.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Ensure_NewHome_IsMadeForItsOwnerAlone()
    {
        var home = new HomeLayout(Path.Combine(_home.Layout.Root, "a", "b"));
        using var daemon = new FakeDaemon(home);
        (await new DaemonStarter(TimeProvider.System, _ => daemon.Command()).EnsureAsync(home, Token)).Succeeded.ShouldBeTrue();
        File.GetUnixFileMode(home.Root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ((int)File.GetUnixFileMode(home.DaemonLog) & 0b111_111).ShouldBe(0);
    }

    [Fact]
    public async Task Ensure_HomeThatCannotBeMade_IsHomeUnusable()
    {
        var problem = (await Starter().EnsureAsync(new HomeLayout("/proc/signalbox"), Token)).Problem;
        (problem.Type, problem.Subject).ShouldBe((ProblemType.HomeUnusable, "/proc/signalbox"));
    }

    [Fact]
    public async Task Start_DescriptorsOfTheCaller_AreNotHandedOn()
    {
        // A script's lock on descriptor 7 must not live on in the daemon.
        var list = Path.Combine(_home.Layout.Root, "list");
        using var process = new DaemonCommand("/bin/sh", ["-c", $"ls /proc/self/fd > {list}"]).Start(_home.Layout);
        await process.WaitForExitAsync(Token);
        (await File.ReadAllLinesAsync(list, Token)).Select(int.Parse).Where(descriptor => descriptor is > 3 and < 10).ShouldBeEmpty();
    }

    private DaemonStarter Starter(DaemonCommand? command = null) => new(TimeProvider.System, _ => command ?? _daemon.Command());
}
