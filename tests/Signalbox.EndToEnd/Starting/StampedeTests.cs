using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Starting;

/// <summary>Any number of commands may find the daemon down at once: one daemon comes up, and all of them end registered.</summary>
[Collection(Heavy.Name)]
public sealed class StampedeTests
{
    private const int Commands = 50;

    [Fact]
    public async Task Dev_FiftyAtOnceWithoutDaemon_OneDaemonAndFiftyProvedNames()
    {
        await using var home = new Home();
        await StampedeAsync(home);
    }

    [Fact]
    public async Task Dev_FiftyAtOnceWithLeftoverLockAndSocket_OneDaemonAndFiftyProvedNames()
    {
        await using var home = new Home();
        var daemon = await home.UpAsync();
        await daemon.Kill9Async();
        File.Exists(home.Layout.DaemonLock).ShouldBeTrue();
        File.Exists(home.Layout.AdminSocket).ShouldBeTrue();
        await File.WriteAllTextAsync(home.Layout.StartLock, "left behind");
        await StampedeAsync(home);
    }

    private static async Task StampedeAsync(Home home)
    {
        var names = Enumerable.Range(0, Commands).Select(DevServer.Name).ToArray();
        var commands = names.Select(name => DevServer.Start(home, name)).ToArray();
        for (var i = 0; i < Commands; i++) await DevServer.ReadyAsync(home, commands[i], names[i]);

        await home.OneDaemonAsync();
        using var client = home.Client();
        foreach (var name in names) (await client.TextAsync($"{name}.localhost")).ShouldBe(name);
        var routes = await home.Admin.RoutesAsync();
        routes.Select(route => route.Host).Order().ShouldBe(names.Select(name => $"{name}.localhost").Order());
        routes.ShouldAllBe(route => route.State == RouteStates.Live);
        commands.SelectMany(command => command.Errors).Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

        foreach (var command in commands) command.Signal(Signals.Interrupt);
        foreach (var command in commands) (await command.ExitAsync()).ShouldBe(0, command.Transcript);
        await Wait.UntilAsync("the names are gone", async () => (await home.Admin.RoutesAsync()).Length == 0);
    }
}
