using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Certificates.Trust;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates;

public sealed class TrustStoresTests : IDisposable
{
    private readonly TrustMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task TrustThenUntrust_SystemChromiumAndFirefox_LeavesEverythingAsItWas()
    {
        var chromium = await _machine.MakeDatabaseAsync(".pki/nssdb");
        var firefox = await _machine.MakeDatabaseAsync(".mozilla/firefox/abc.default");
        var newer = await _machine.MakeDatabaseAsync(".config/mozilla/firefox/x.default-release");
        await Tool.RunAsync(Path.Combine(_machine.Programs, "update-ca-certificates"));
        var before = (await TrustMachine.ListAsync(chromium), File.ReadAllText(_machine.Bundle), Directory.GetFileSystemEntries(_machine.Bundles).Order());

        var steps = await _machine.InstallAsync();
        steps.Select(step => step.Outcome).ShouldAllBe(outcome => outcome == TrustOutcome.Done);
        steps.Count.ShouldBe(4);
        foreach (var database in new[] { chromium, firefox, newer }) (await TrustMachine.ListAsync(database)).ShouldMatch(@"Signalbox local authority [0-9a-f]{16} +C,,");
        File.ReadAllText(_machine.Bundle).ShouldContain(File.ReadAllText(_machine.Home.RootCertificate).Trim());

        (await _machine.RemoveAsync()).Select(step => step.Outcome).ShouldAllBe(outcome => outcome == TrustOutcome.Done);
        (await TrustMachine.ListAsync(chromium), File.ReadAllText(_machine.Bundle)).ShouldBe((before.Item1, before.Item2));
        Directory.GetFileSystemEntries(_machine.Bundles).Order().ShouldBe(before.Item3);
        (await TrustMachine.ListAsync(firefox)).ShouldNotContain("Signalbox");
        Directory.GetFileSystemEntries(_machine.Anchors).ShouldBeEmpty();
        File.Exists(_machine.Home.TrustRecord).ShouldBeFalse();
    }

    [Fact]
    public async Task Trust_Twice_ChangesNothingTheSecondTime()
    {
        await _machine.MakeDatabaseAsync(".pki/nssdb");
        await _machine.InstallAsync();
        var (updates, record) = (_machine.Updates, File.ReadAllText(_machine.Home.TrustRecord));

        (await _machine.InstallAsync()).Select(step => step.Outcome).ShouldAllBe(outcome => outcome == TrustOutcome.Already);
        _machine.Updates.ShouldBe(updates);
        File.ReadAllText(_machine.Home.TrustRecord).ShouldBe(record);
    }

    [Fact]
    public async Task Untrust_Twice_SaysThatNothingIsThere()
    {
        await _machine.InstallAsync();
        await _machine.RemoveAsync();
        (await _machine.RemoveAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(TrustOutcome.Already);
    }

    [Fact]
    public async Task Untrust_SomethingRemovedByHandMeanwhile_SaysSoAndRemovesTheRest()
    {
        var chromium = await _machine.MakeDatabaseAsync(".pki/nssdb");
        var firefox = await _machine.MakeDatabaseAsync(".mozilla/firefox/abc.default");
        await _machine.InstallAsync();
        Directory.Delete(firefox, recursive: true);
        File.Delete(Directory.GetFiles(_machine.Anchors).Single());

        var steps = await _machine.RemoveAsync();
        steps.Count(step => step.Outcome == TrustOutcome.Already && step.Detail.Contains("gone already")).ShouldBe(2);
        (await TrustMachine.ListAsync(chromium)).ShouldNotContain("Signalbox");
    }

    [Fact]
    public async Task Untrust_OtherAuthoritiesBesideOurs_AreLeftAlone()
    {
        var chromium = await _machine.MakeDatabaseAsync(".pki/nssdb");
        using var neighbour = new TrustMachine();
        File.Copy(neighbour.Home.RootCertificate, Path.Combine(_machine.Anchors, "company.crt"));
        await Tool.RunAsync("certutil", "-A", "-n", "Company", "-t", "C,,", "-i", neighbour.Home.RootCertificate, "-d", "sql:" + chromium);

        await _machine.InstallAsync();
        await _machine.RemoveAsync();
        (await TrustMachine.ListAsync(chromium)).ShouldContain("Company");
        File.ReadAllText(_machine.Bundle).ShouldContain(File.ReadAllText(neighbour.Home.RootCertificate).Trim());
    }

    [Fact]
    public async Task Trust_ChromiumWithoutADatabase_MakesOneAndUntrustTakesItAway()
    {
        _machine.Script("chromium", "exit 0");
        (await _machine.InstallAsync()).ShouldContain(step => step.Outcome == TrustOutcome.Done && step.Detail.Contains("Made the database"));
        (await TrustMachine.ListAsync(_machine.Chromium)).ShouldContain("C,,");

        await _machine.RemoveAsync();
        Directory.GetFileSystemEntries(_machine.UserHome).ShouldBeEmpty();
    }

    [Fact]
    public async Task Untrust_DatabaseMadeByTrustIsUsedByOthersNow_StaysWithoutOurs()
    {
        _machine.Script("chromium", "exit 0");
        await _machine.InstallAsync();
        using var neighbour = new TrustMachine();
        await Tool.RunAsync("certutil", "-A", "-n", "Company", "-t", "C,,", "-i", neighbour.Home.RootCertificate, "-d", "sql:" + _machine.Chromium);

        await _machine.RemoveAsync();
        (await TrustMachine.ListAsync(_machine.Chromium)).ShouldContain("Company");
        (await TrustMachine.ListAsync(_machine.Chromium)).ShouldNotContain("Signalbox");
    }

    [Fact]
    public async Task Trust_WithoutCertutil_SaysWhichCommandInstallsItAndGoesOn()
    {
        await _machine.MakeDatabaseAsync(".mozilla/firefox/abc.default");
        File.Delete(Path.Combine(_machine.Programs, "certutil"));
        _machine.Script("apt-get", "exit 1");

        var steps = await _machine.InstallAsync();
        steps.ShouldContain(step => step.Store.StartsWith("system") && step.Outcome == TrustOutcome.Done);
        steps.ShouldContain(step => step.Outcome == TrustOutcome.Skipped && step.Advice!.Contains("sudo apt-get install libnss3-tools"));
    }

    [Fact]
    public async Task Trust_SystemDirectoryCannotBeWritten_TellsTheCommandAndGoesOn()
    {
        var chromium = await _machine.MakeDatabaseAsync(".pki/nssdb");
        var name = Naming.TrustFile(_machine.MakeRoot()) + ".crt";

        // A directory in the temporary file's place refuses root too, under whom the tests may run.
        Directory.CreateDirectory(AtomicFile.Temporary(Path.Combine(_machine.Anchors, name)));

        var steps = await _machine.InstallAsync();
        var system = steps.Single(step => step.Store.StartsWith("system"));
        system.Outcome.ShouldBe(TrustOutcome.Skipped);
        system.Advice.ShouldNotBeNull().ShouldStartWith($"Run: sudo install -m 0644 {_machine.Home.RootCertificate} ");
        (await TrustMachine.ListAsync(chromium)).ShouldContain("Signalbox");
        File.ReadAllText(_machine.Home.TrustRecord).ShouldNotContain(name);
    }

    [Fact]
    public async Task Trust_UpdateProgramFails_SaysSoAndTheNextRunDoesItAgain()
    {
        var working = File.ReadAllText(Path.Combine(_machine.Programs, "update-ca-certificates"));
        _machine.Script("update-ca-certificates", "echo disk on fire >&2; exit 3");
        var failed = (await _machine.InstallAsync()).ShouldHaveSingleItem();
        failed.Outcome.ShouldBe(TrustOutcome.Failed);
        failed.Detail.ShouldContain("disk on fire");

        File.WriteAllText(Path.Combine(_machine.Programs, "update-ca-certificates"), working);
        (await _machine.InstallAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(TrustOutcome.Done);
        File.ReadAllText(_machine.Bundle).ShouldContain("BEGIN CERTIFICATE");
    }

    [Fact]
    public async Task Trust_FirefoxWithAPrimaryPassword_FailsPlainlyAndLeavesNothing()
    {
        var firefox = await _machine.MakeDatabaseAsync(".mozilla/firefox/abc.default", "hunter22");
        var step = (await _machine.InstallAsync()).Single(step => step.Store.StartsWith("Firefox"));
        step.Outcome.ShouldBe(TrustOutcome.Failed);
        (await TrustMachine.ListAsync(firefox)).ShouldNotContain("Signalbox");
        step.Advice.ShouldNotBeNull().ShouldContain("primary password");
    }

    [Fact]
    public async Task Trust_RootWasReplaced_TakesTheOldOneOut()
    {
        var chromium = await _machine.MakeDatabaseAsync(".pki/nssdb");
        var old = Naming.TrustNickname(_machine.MakeRoot());
        await _machine.InstallAsync();
        var next = Naming.TrustNickname(_machine.MakeRoot("dev.example.com"));

        await _machine.InstallAsync();
        var listed = await TrustMachine.ListAsync(chromium);
        listed.ShouldContain(next);
        listed.ShouldNotContain(old);
        Directory.GetFiles(_machine.Anchors).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Trust_TwoHomesOfOnePerson_StandSideBySide()
    {
        var chromium = await _machine.MakeDatabaseAsync(".pki/nssdb");
        await _machine.InstallAsync();
        using var other = new TemporaryHome();
        await using var authority = Authority.Open(other.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!;
        await new TrustStores(_machine.Places).InstallAsync(other.Layout, TestContext.Current.CancellationToken);
        Count(await TrustMachine.ListAsync(chromium)).ShouldBe(2);

        await _machine.RemoveAsync();
        Count(await TrustMachine.ListAsync(chromium)).ShouldBe(1);
        (await TrustMachine.ListAsync(chromium)).ShouldContain(Naming.TrustNickname(TrustedRoot.Load(other.Layout).Value!.Fingerprint));

        static int Count(string list) => list.Split("Signalbox local authority").Length - 1;
    }

    [Fact]
    public async Task Trust_DamagedRecord_DoesNothingAndSaysSo()
    {
        File.WriteAllText(_machine.Home.TrustRecord, "[{");
        (await _machine.InstallAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(TrustOutcome.Failed);
        Directory.GetFiles(_machine.Anchors).ShouldBeEmpty();
        File.ReadAllText(_machine.Home.TrustRecord).ShouldBe("[{");
    }

    [Fact]
    public async Task Trust_HomeWithoutARoot_SaysHowToGetOne()
    {
        using var empty = new TemporaryHome();
        var step = (await new TrustStores(_machine.Places).InstallAsync(empty.Layout, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        step.Outcome.ShouldBe(TrustOutcome.Failed);
        step.Advice.ShouldNotBeNull().ShouldContain("signalbox up");
    }
}
