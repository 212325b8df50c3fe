using Signalbox.Cli.Dev;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli.Dev;

public sealed class DevPlanTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Plan_DaemonHasAnotherBaseDomain_NameIsMadeUnderIt()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_home.Layout.Root, "shop")).FullName;
        var options = new DevOptions { Command = ["true"] };
        DevPlan.Make(options, directory).Value!.Request.Hosts.ShouldBe(["shop.localhost"]);
        DevPlan.Make(options, directory, "test").Value!.Request.Hosts.ShouldBe(["shop.test"]);
        DevPlan.Make(options with { Hosts = ["whole.localhost"] }, directory, "test").Value!.Request.Hosts.ShouldBe(["whole.localhost"]);
    }
}
