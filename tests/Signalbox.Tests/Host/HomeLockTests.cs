using Signalbox.Host;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Host;

public sealed class HomeLockTests
{
    [Fact]
    public void Home_TakenTwice_IsInUseUntilTheFirstLetsGo()
    {
        using var home = new TemporaryHome();
        var first = HomeLock.Take(home.Layout);
        HomeLock.Take(home.Layout).Problem.Type.ShouldBe(ProblemType.HomeInUse);
        first.Value!.Dispose();
        using var second = HomeLock.Take(home.Layout).Value;
        second.ShouldNotBeNull();
    }

    [Fact]
    public void Home_WithALeftoverLockFile_IsFree()
    {
        using var home = new TemporaryHome();
        File.WriteAllText(home.Layout.DaemonLock, "4242\n");
        using var taken = HomeLock.Take(home.Layout).Value;
        taken.ShouldNotBeNull();
    }

    [Fact]
    public void Home_ThatIsAFile_IsUnusableAndSaysSo()
    {
        using var home = new TemporaryHome();
        var file = Path.Combine(home.Layout.Root, "file");
        File.WriteAllText(file, "");
        HomeLock.Take(new HomeLayout(Path.Combine(file, "home"))).Problem.Type.ShouldBe(ProblemType.HomeUnusable);
    }

    [Fact]
    public void Home_NotThereYet_IsMadeForItsOwnerOnly()
    {
        using var home = new TemporaryHome();
        var inner = new HomeLayout(Path.Combine(home.Layout.Root, "a", "b"));
        using var taken = HomeLock.Take(inner).Value;
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(inner.Root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
