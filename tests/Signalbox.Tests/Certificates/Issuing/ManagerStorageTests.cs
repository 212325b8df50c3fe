using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Disks that fill up, indexes that are lost, files that are damaged: nothing is lost, no order more than needed, other names unhurt.</summary>
public sealed class ManagerStorageTests
{
    private const string Name = "www.example.com";

    /// <summary>The URL of an order that could not be written down was forgotten: the next try began another, and the first one's record stayed for good.</summary>
    [Theory]
    [InlineData("the order's URL")]
    [InlineData("the certificate")]
    [InlineData("what it cost")]
    public async Task Store_ThatRefuses_CostsNoOrderMoreAndLeavesNothing(string what)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Store.Refuses = change => what switch
        {
            "the order's URL" => change is { Kind: "certificate-order", Value: { } value } && value.Contains("\"url\"", StringComparison.Ordinal),
            "the certificate" => change.Kind == "certificate",
            _ => change.Kind == "certificate-ledger",
        };
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        rig.Manager.Find(Name)!.Known.Reason!.Type.ShouldBe(ProblemType.StoreFull);
        rig.Store.Refuses = _ => false;
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(1);
        rig.OpenOrders.ShouldBeEmpty();
        rig.OrderKeys.ShouldBeEmpty();
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task KeyOfAnOrder_ThatCannotBeWritten_CostsNoOrderMore()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = _ => Task.FromResult(Block()) });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("cannot be written");
        File.Delete(rig.Home.OrderKeys);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(1);

        string? Block()
        {
            // The test of the storage is behind us: a file in the way of the directory.
            Directory.Delete(rig.Home.OrderKeys);
            File.WriteAllText(rig.Home.OrderKeys, "");
            return null;
        }
    }

    [Fact]
    public async Task FileOfACertificate_ThatCannotBeWritten_CostsNoOrderMoreAndHurtsNobody()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        var inTheWay = Directory.CreateDirectory(rig.Home.PublicCertificate(Name)).FullName;
        rig.Manager.Want(Name);
        rig.Manager.Want("other.example.com");
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        await rig.UntilAsync("the other is issued", IsIssued, "other.example.com");
        Directory.Delete(inTheWay);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>A certificate whose entry in the index was lost was ordered anew.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("{ rubbish")]
    public async Task Index_ThatIsLost_IsMadeAnewFromTheFiles(string? left)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        string[] names = [Name, "*.example.com", "left.example.com"];
        ca.Options.Challenges.Clear();
        ca.Options.Challenges.Add("http-01");
        foreach (var name in names.Where(name => name[0] != '*')) rig.Manager.Want(name);
        await UntilAsync("both are issued", () => rig.Manager.All().Count(IsIssued) == 2);
        await rig.Store.CommitAsync([.. names.Select(name => new RecordChange("certificate", name, left))], CancellationToken.None);
        await rig.RestartAsync(Name);
        await rig.UntilAsync("the file is found", IsIssued, Name);
        await rig.UntilAsync("that of a name nobody claims is found", IsIssued, "left.example.com");
        (await rig.Book.FindAsync(Name, keep: true)).ShouldNotBeNull();
        (await rig.Book.FindAsync("left.example.com", keep: true)).ShouldNotBeNull();
        ca.Orders.Count.ShouldBe(2);
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(2);
        rig.Manager.Find("left.example.com")!.Certificate.ShouldNotBeNull();
    }

    /// <summary>A database that could not be read in the moment of the start ended all ordering and renewing for good, without a word.</summary>
    [Fact]
    public async Task Store_ThatCannotBeReadAtTheStart_KeepsNoNameFromItsCertificate()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Open(Issuer(ca));
        rig.Store.Fails = kind => kind == "certificate-revocation";
        rig.Manager.Want(Name);
        rig.Manager.Start();
        await rig.UntilAsync("it is issued", IsIssued, Name);
    }

    /// <summary>A CA whose ledger could not be read once was never asked again until the daemon ended.</summary>
    [Fact]
    public async Task Store_ThatCannotBeReadOnce_IsReadAgainWithTheNextTry()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Open(Issuer(ca));
        rig.Store.Fails = kind => kind == "certificate-ledger";
        rig.Manager.Want(Name);
        rig.Manager.Start();
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        rig.Store.Fails = _ => false;
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
    }

    /// <summary>The fault was to be written down together with what could not be read, so it was not, and the name was tried again without a pause.</summary>
    [Fact]
    public async Task Store_ThatCannotBeRead_CostsANameItsEvidenceAndNothingElse()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Preflight = new ScriptedLook(new([new Evidence("dns", "ok", "ns1.example.com has 192.0.2.1", rig.Now)], null));
        rig.Start(Issuer(ca) with { Preflight = true });
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.RestartAsync(Name);
        rig.Store.Fails = kind => kind == "certificate-name";
        rig.Manager.Show(Name)!.Known.Evidence.ShouldBeEmpty();
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Value!.Known.Failures.ShouldBe(0);
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>A certificate that was found without its entry had no issuer: it could not be revoked, and nobody was asked when it is to be renewed.</summary>
    [Theory]
    [InlineData(false, 1, "main")]
    [InlineData(false, 2, "main")]
    [InlineData(true, 1, "")]
    public async Task Index_ThatIsLost_LeavesTheIssuerToBeKnownByItsOtherCertificatesOrByBeingTheOnlyOne(bool isWhollyLost, int issuers, string issuer)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await using var other = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var window = (rig.Now.AddDays(20), rig.Now.AddDays(22));
        ca.Options.RenewalWindow = _ => window;
        rig.Start([Issuer(ca), .. Enumerable.Repeat(Issuer(other, "other"), issuers - 1)]);
        string[] names = [Name, "other.example.com"];
        foreach (var name in names) rig.Manager.Want(name);
        await UntilAsync("both are issued", () => rig.Manager.All().Count(IsIssued) == 2);
        await rig.IdleAsync();
        await rig.Store.CommitAsync([.. names.Take(isWhollyLost ? 2 : 1).Select(name => new RecordChange("certificate", name, null))], CancellationToken.None);
        await rig.RestartAsync(names);
        await rig.UntilAsync("the CA has told when it is to be renewed", state => IsIssued(state) && state!.Certificate!.Plan.Window is not null, Name);
        var found = rig.Manager.Find(Name)!;
        found.Certificate!.Issuer.ShouldBe(issuer);
        CertificateReports.Of(found, null, rig.Now).Issuer.ShouldBe(rig.Manager.Find("other.example.com")!.Certificate!.SignedBy);
        (await rig.Manager.RevokeAsync(Name, null, TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Index_ThatIsLostWithSeveralIssuers_SaysWhoSignedWhereItMatters()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca), Issuer(ca, "other"));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.Store.CommitAsync([new RecordChange("certificate", Name, null)], CancellationToken.None);
        await rig.RestartAsync(Name);
        await rig.UntilAsync("the file is found", IsIssued, Name);
        await rig.IdleAsync();
        var refused = (await rig.Manager.RevokeAsync(Name, null, TestContext.Current.CancellationToken)).Problem;
        refused.Text.ShouldContain($"It was signed by “{rig.Manager.Find(Name)!.Certificate!.SignedBy}”.");
        rig.Manager.Find(Name)!.Certificate!.SignedBy.ShouldNotBeEmpty();
    }

    /// <summary>A file that could not be opened at one moment passed for damage, and a good certificate was ordered anew.</summary>
    [Fact]
    public async Task File_ThatCannotBeReadForAMoment_IsNotOrderedAnew()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.RestartAsync(Name);
        var path = rig.Home.PublicCertificate(Name);
        File.Move(path, path + ".away");
        Directory.CreateDirectory(path);
        (await rig.Book.FindAsync(Name, keep: true)).ShouldBeNull();
        Directory.Delete(path);
        File.Move(path + ".away", path);
        (await rig.Book.FindAsync(Name, keep: true)).ShouldNotBeNull();
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task File_ThatIsDamaged_IsOrderedAnewAndOthersAreUnhurt()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        rig.Manager.Want("other.example.com");
        await UntilAsync("both are issued", () => rig.Manager.All().Count(IsIssued) == 2);
        await rig.RestartAsync(Name, "other.example.com");
        File.WriteAllText(rig.Home.PublicCertificate(Name), "rubbish");
        (await rig.Book.FindAsync(Name, keep: true)).ShouldBeNull();
        await UntilAsync("there is a new one", () => ca.Orders.Count == 3 && rig.Book.Covers(Name));
        (await rig.Book.FindAsync(Name, keep: true)).ShouldNotBeNull();
        (await rig.Book.FindAsync("other.example.com", keep: true)).ShouldNotBeNull();
        ca.Orders.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Start_WhatACrashLeftBehind_IsRemoved()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, CertificateLife = TimeSpan.FromDays(6) });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        var old = File.ReadAllText(rig.Home.PublicCertificate(Name));
        await rig.Store.CommitAsync([new RecordChange("certificate-order", "0123", "{ rubbish")], CancellationToken.None);
        await rig.StopAsync();
        string[] left =
        [
            rig.Home.PublicCertificate(Name) + ".new", Path.Combine(rig.Home.PublicCertificates, "test-0123"), Path.Combine(rig.Home.AccountKeys, "test-0123.new"),
            Path.Combine(rig.Home.OrderKeys, "test-0123"),
        ];
        foreach (var path in left) File.WriteAllText(path, "left behind");

        // A certificate whose removal was broken off, and one file that is not ours to judge.
        await rig.RestartAsync();
        await rig.Store.CommitAsync([new RecordChange("certificate", Name, null)], CancellationToken.None);
        rig.Time.Advance(TimeSpan.FromDays(10));
        var strange = Path.Combine(rig.Home.PublicCertificates, "notes.txt");
        File.WriteAllText(strange, "mine");
        File.WriteAllText(rig.Home.PublicCertificate(Name), old);
        await rig.RestartAsync();
        await UntilAsync("all is tidy", () => !File.Exists(rig.Home.PublicCertificate(Name)));
        left.Where(File.Exists).ShouldBeEmpty();
        File.ReadAllText(strange).ShouldBe("mine");
        rig.Store.Load("certificate-order").ShouldBeEmpty();
    }

    [Fact]
    public async Task Certificate_OfANameNobodyClaims_IsKeptUntilItEndsAndThenRemoved()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, CertificateLife = TimeSpan.FromDays(6) });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Manager.Unwant(Name);
        await rig.PassAsync(TimeSpan.FromDays(5), TimeSpan.FromHours(1));
        rig.Book.Covers(Name).ShouldBeTrue();
        await rig.RestartAsync();
        rig.Book.Covers(Name).ShouldBeTrue();
        await rig.AdvanceUntilAsync("it is removed", TimeSpan.FromHours(1), () => !rig.Book.Covers(Name) && !File.Exists(rig.Home.PublicCertificate(Name)));
        rig.Store.Load("certificate").ShouldBeEmpty();
        rig.Manager.All().ShouldBeEmpty();
        ca.Orders.Count.ShouldBe(1);

        // What was learned of it goes later.
        rig.Store.Load("certificate-name").ShouldHaveSingleItem();
        await rig.AdvanceUntilAsync("it is forgotten", TimeSpan.FromHours(12), () => rig.Store.Load("certificate-name").Count == 0);
        rig.Manager.Find(Name).ShouldBeNull();

        // And it can come back.
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Orders.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Order_OfANameNobodyClaims_IsForgottenWhenTheCaHasDoneSo()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 100_000, PollRetryAfter = "30" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the order is processing", _ => ca.Orders.Any(order => order.Status == "processing"), Name);
        await rig.RestartAsync();
        await rig.PassAsync(TimeSpan.FromDays(6), TimeSpan.FromHours(4));
        rig.OpenOrders.ShouldHaveSingleItem();
        await rig.AdvanceUntilAsync("the order is forgotten", TimeSpan.FromHours(4), () => rig.OpenOrders.Count == 0 && rig.OrderKeys.Length == 0);
    }
}
