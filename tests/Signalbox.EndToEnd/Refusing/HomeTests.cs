using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Refusing;

/// <summary>A home that cannot be used is told plainly, with the right exit code; a stale one is used without a word.</summary>
public sealed class HomeTests
{
    [Fact]
    public async Task Up_ReadOnlyHome_FailsNamingTheHome()
    {
        await using var home = new Home();
        var up = new SmallDisk(home, "size=4m").Start("mount -o remount,ro .", "up");
        (await up.ExitAsync()).ShouldBe(1, up.Transcript);
        up.Transcript.ShouldContain(home.Layout.Root);
        up.Transcript.ShouldContain("Read-only");
        up.Transcript.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Up_HomeIsAFile_FailsNamingIt()
    {
        await using var home = new Home();
        var file = Path.Combine(home.Work, "file");
        await File.WriteAllTextAsync(file, "");
        var result = await home.RunAsync("up", "--home", file);
        result.ShouldExit(1).Errors.ShouldContain(file);
        result.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Up_FullHome_FailsTellingThatTheDiskIsFull()
    {
        await using var home = new Home();
        var up = new SmallDisk(home, "size=64k").Start("dd if=/dev/zero of=filler 2>/dev/null || true", "up");
        (await up.ExitAsync()).ShouldBe(1, up.Transcript);
        up.Transcript.ShouldContain("full", Case.Insensitive);
        up.Transcript.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task RouteAdd_HomeFillsUpWhileServing_RefusesTheChangeAndServesOn()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("early");
        var up = new SmallDisk(home, "size=8m").Start("", "up");
        using var admin = new AdminClient(SmallDisk.Inside(up, home.Layout.AdminSocket));
        await Wait.UntilAsync("the daemon answers", async () => (await admin.StatusAsync()).Pid == up.Id, () => up.Transcript);
        await admin.AddLiveAsync("early.localhost", backend.Target);
        var filler = SmallDisk.Inside(up, Path.Combine(home.Layout.Root, "filler"));
        SmallDisk.Fill(filler);

        // What is already allocated may take a few more changes.
        var refused = await FirstRefusedAsync(admin, backend.Target);
        refused.Status.ShouldBe(507);
        refused.Detail.ShouldContain("full");
        var routes = await admin.RoutesAsync();
        routes.ShouldContain(route => route.Host == "early.localhost" && route.State == RouteStates.Live);
        routes.ShouldNotContain(route => route.Host == refused.Problems[0].Subject);

        File.Delete(filler);
        await admin.AddLiveAsync("late.localhost", backend.Target);
    }

    [Fact]
    public async Task Up_HomeOfANewerVersion_FailsAndLeavesItAlone()
    {
        await using var home = new Home();
        await (await home.UpAsync()).StopAsync();
        Database.Execute(home.Layout, "PRAGMA user_version = 999");
        var before = await File.ReadAllBytesAsync(home.Layout.Database);
        var result = await home.RunAsync("up");
        result.ShouldExit(1).Errors.ShouldContain("999");
        result.Errors.ShouldContain("newer");
        (await File.ReadAllBytesAsync(home.Layout.Database)).ShouldBe(before);
    }

    [Fact]
    public async Task Up_CutOffDatabase_SaysWhereItWasPutAndServes()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("again");
        var daemon = await home.UpAsync();
        await home.Admin.AddAsync("again.localhost", backend.Target);
        await daemon.StopAsync();
        using (var file = File.OpenWrite(home.Layout.Database)) file.SetLength(file.Length / 2);

        await home.UpAsync();
        var problem = (await home.Admin.StatusAsync()).Problems.ShouldHaveSingleItem();
        problem.Type.ShouldBe("store-damaged");
        var moved = Directory.GetFiles(home.Layout.Root, "signalbox.db.damaged-*").ShouldHaveSingleItem();
        problem.Text.ShouldContain(moved);
        await home.Admin.AddLiveAsync("again.localhost", backend.Target);
        using var client = home.Client();
        (await client.TextAsync("again.localhost")).ShouldBe("again");
    }

    [Fact]
    public async Task Up_StaleSocketAndLockFiles_Starts()
    {
        await using var home = new Home();
        // A real socket file nobody listens on: Python, unlike .NET, leaves it behind.
        await home.Start(DevServer.Python, ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", home.Layout.AdminSocket]).ExitAsync();
        await File.WriteAllTextAsync(home.Layout.DaemonLock, "999999\n");
        (await home.RunAsync("status")).ShouldExit(3);
        await home.UpAsync();
        (await home.RunAsync("status")).ShouldExit(0);
    }

    [Fact]
    public async Task Up_HomeHeldByAnotherDaemon_ExitsWithConflictAndHarmsNothing()
    {
        await using var home = new Home();
        var daemon = await home.UpAsync();
        var second = await home.RunAsync("up");
        second.ShouldExit(4).Errors.ShouldContain(home.Layout.Root);
        (await home.Admin.StatusAsync()).Pid.ShouldBe(daemon.Id);
    }

    private static async Task<ProblemDocument> FirstRefusedAsync(AdminClient admin, string target)
    {
        for (var i = 0; i < 2_000; i++)
        {
            using var response = await admin.PutRouteAsync(new ClaimRequest { Hosts = [$"late{i}.localhost"], Backends = [target] });
            if (!response.IsSuccessStatusCode) return await AdminClient.ProblemAsync(response);
        }

        throw new InvalidOperationException("The full home took 2,000 changes.");
    }
}
