using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>What the config has of single names, and a config that changes while the manager works.</summary>
public sealed class ManagerConfigTests
{
    private const string Name = "www.example.com";

    [Fact]
    public async Task Issuer_ThatBecomesReady_IsAskedAtOnceForWhatWasPaused()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca) with { Email = null });
        rig.Manager.Want(Name);
        CertificateReports.Of(rig.Manager.Find(Name)!, rig.Manager.Unready, rig.Now).State.ShouldBe(CertificateStates.Paused);
        rig.Reconfigure(rig.Options with { Issuers = [Issuer(ca)] });
        await rig.UntilAsync("it is issued", IsIssued, Name);
    }

    [Fact]
    public async Task Limit_ThatIsLifted_LetsWhatWasHeldGoOnAtOnce()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var narrow = Issuer(ca) with { Limits = CaLimits.None with { Orders = new RateLimit(1, TimeSpan.FromDays(7)) } };
        rig.Start(narrow);
        rig.Manager.Want("first.example.com");
        await rig.UntilAsync("the first is issued", IsIssued, "first.example.com");
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is held", state => state is { Held: not null, Phase: null }, Name);
        rig.Reconfigure(rig.Options with { Issuers = [Issuer(ca)] });
        await rig.UntilAsync("it is issued", IsIssued, Name);

        // What was spent meanwhile, by either config, is in the same ledger.
        rig.Reconfigure(rig.Options with { Issuers = [narrow] });
        rig.Manager.Want("third.example.com");
        await rig.UntilAsync("it is held", state => state is { Held: not null, Phase: null }, "third.example.com");
        ca.Accounts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Job_UnderWay_EndsByTheOldConfig()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var former = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = async _ => { await gate.Task; return null; } });
        await using var latter = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(former, "former"));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the CA is at it", state => state?.Phase == NamePhase.Validating, Name);
        rig.Reconfigure(rig.Options with { Issuers = [Issuer(latter, "latter")] });
        rig.Manager.Want("next.example.com");
        await rig.UntilAsync("the next is issued", IsIssued, "next.example.com");
        gate.SetResult();
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("former");
        rig.Manager.Find("next.example.com")!.Certificate!.Issuer.ShouldBe("latter");
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Certificate!.Issuer.ShouldBe("latter");
    }

    [Fact]
    public async Task NoIssuer_AnyMore_TellsWhoeverWaits()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = async _ => { await gate.Task; return null; } });
        await rig.HoldUpAsync(ca, "first.example.com");
        rig.Manager.Want(Name);
        var renewal = rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        rig.Reconfigure(rig.Options with { Issuers = [] });
        (await renewal.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Value!.Certificate.ShouldBeNull();
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Problem.Text.ShouldContain("No issuer is configured");
        gate.SetResult();
    }

    /// <summary>Whoever had asked for a renewal waited for good when the name was turned off before its turn.</summary>
    [Fact]
    public async Task Name_ThatIsTurnedOffBeforeItsTurn_TellsWhoeverWaits()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = async _ => { await gate.Task; return null; } });
        await rig.HoldUpAsync(ca, "first.example.com");
        rig.Manager.Want(Name);
        var renewal = rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        rig.Reconfigure(rig.Options with { Names = [new NameSettings(Name) { Off = true }] });
        (await renewal.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Value!.Off.ShouldBeTrue();
        gate.SetResult();
    }

    [Fact]
    public async Task Name_WithSettingsOfItsOwn_HasThemAndOthersHaveNot()
    {
        await using var rig = new ManagerRig();
        await using var main = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await using var other = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        other.Options.Profiles["short"] = "Days.";
        rig.Options = rig.Options with
        {
            Names =
            [
                new NameSettings("*.shop.example.com") { Issuer = "other" },
                new NameSettings("pay.shop.example.com") { Issuer = "other", Key = KeyKind.Rsa2048, Profile = "short" },
            ],
        };
        rig.Start(Issuer(main), Issuer(other, "other"));
        string[] names = [Name, "shop.example.com", "a.shop.example.com", "pay.shop.example.com", "b.a.shop.example.com"];
        foreach (var name in names) rig.Manager.Want(name);
        await UntilAsync("all are issued", () => rig.Manager.All().Count(IsIssued) == names.Length);
        names.Where(name => rig.Manager.Find(name)!.Certificate!.Issuer == "other").ShouldBe(["a.shop.example.com", "pay.shop.example.com"]);
        other.Orders.Single(order => order.Identifiers[0].Value == "pay.shop.example.com").Profile.ShouldBe("short");
        (await rig.Book.FindAsync("pay.shop.example.com", keep: true))!.Leaf.GetKeyAlgorithm().ShouldBe("1.2.840.113549.1.1.1");
        (await rig.Book.FindAsync("a.shop.example.com", keep: true))!.Leaf.GetKeyAlgorithm().ShouldBe("1.2.840.10045.2.1");
    }

    [Fact]
    public async Task Name_ThatIsOff_IsLeftAloneUntilItIsOn()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Options = rig.Options with { Names = [new NameSettings(Name) { Off = true }] };
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        rig.Manager.Want("other.example.com");
        await rig.UntilAsync("the other is issued", IsIssued, "other.example.com");
        await rig.PassAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));
        ca.Orders.Count.ShouldBe(1);
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Problem.Advice!.ShouldContain("off: true");
        var report = CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now);
        (report.State, report.NextStep!.Contains("off: true", StringComparison.Ordinal)).ShouldBe((CertificateStates.Paused, true));
        rig.Reconfigure(rig.Options with { Names = [] });
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Reconfigure(rig.Options with { Names = [new NameSettings("*.example.com") { Off = true }] });
        await rig.PassAsync(TimeSpan.FromDays(80), TimeSpan.FromHours(12));
        ca.Orders.Count.ShouldBe(2);
        rig.Book.Covers(Name).ShouldBeTrue();
    }
}
