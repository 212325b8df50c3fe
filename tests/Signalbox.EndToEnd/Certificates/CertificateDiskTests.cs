using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>A disk that is full or cannot be written to: told plainly before any order, nothing is lost, and it goes on when there is room again.</summary>
public sealed class CertificateDiskTests
{
    private const string First = "first.example.com";
    private const string Late = "late.example.com";

    [Fact]
    public async Task Home_ThatFillsUp_CostsNoOrderAndHurtsNoOtherName()
    {
        await using var site = await PublicSite.StartAsync(null, First, Late);
        await site.Pebble.AddAddressAsync(Late, "127.0.0.9");
        var up = new SmallDisk(site.Home, "size=8m").Start("", "up");
        using var admin = new AdminClient(SmallDisk.Inside(up, site.Home.Layout.AdminSocket));
        await Wait.UntilAsync("one name is issued, and one leads elsewhere", async () => (await StateAsync(First), await StateAsync(Late)) == (CertificateStates.Issued, CertificateStates.Failed), () => up.Transcript);
        var filler = SmallDisk.Inside(up, Path.Combine(site.Home.Layout.Root, "filler"));
        SmallDisk.Fill(filler);
        await site.Pebble.AddAddressAsync(Late, "127.0.0.1");
        var orders = site.Orders;
        for (var i = 0; i < 3; i++) (await admin.RenewAsync(Late)).Reason!.ShouldMatch("No space left on device|disk is full");
        site.Orders.ShouldBe(orders);
        using var served = await site.HandshakeAsync(First);
        served.MatchesHostname(First).ShouldBeTrue();

        File.Delete(filler);
        (await admin.RenewAsync(Late)).State.ShouldBe(CertificateStates.Issued, up.Transcript);
        using var late = await site.HandshakeAsync(Late);
        late.MatchesHostname(Late).ShouldBeTrue();
        site.Orders.ShouldBe(orders + 1);

        // What was tried on the full disk takes none of it.
        Directory.EnumerateFiles(SmallDisk.Inside(up, site.Home.Layout.Certificates), "test-*", SearchOption.AllDirectories).ShouldBeEmpty();

        async Task<string> StateAsync(string name) => (await admin.CertificateAsync(name)).State;
    }

    [Fact]
    public async Task Home_ThatIsReadOnly_CostsNoOrderUntilItCanBeWritten()
    {
        await using var site = await PublicSite.StartAsync(null, First);

        // Modes do not stop root; a mount does.
        const string prepare = "mkdir -p certificates/public; mount --bind certificates/public certificates/public; mount -o remount,bind,ro certificates/public";
        var up = new SmallDisk(site.Home, "size=8m").Start(prepare, "up");
        using var admin = new AdminClient(SmallDisk.Inside(up, site.Home.Layout.AdminSocket));
        await Wait.UntilAsync("the try has failed", async () => (await admin.CertificateAsync(First)).State == CertificateStates.Failed, () => up.Transcript);
        (await admin.CertificateAsync(First)).Reason!.ShouldContain("Read-only file system");
        site.Orders.ShouldBe(0);
        (await SmallDisk.RunInside(site.Home, up, "umount", site.Home.Layout.PublicCertificates).ExitAsync()).ShouldBe(0);
        (await admin.RenewAsync(First)).State.ShouldBe(CertificateStates.Issued, up.Transcript);
        site.Orders.ShouldBe(1);
    }
}
