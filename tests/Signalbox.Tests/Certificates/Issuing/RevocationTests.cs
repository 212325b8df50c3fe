using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

public sealed class RevocationTests
{
    private const string Name = "www.example.com";

    [Fact]
    public async Task Revoke_ByTheAccount_TakesItOutOfUseAndOrdersAnotherWithANewKey()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        var first = await LeafAsync(rig);
        var revoked = await rig.Manager.RevokeAsync(Name, RevocationReason.Superseded, default);
        revoked.Succeeded.ShouldBeTrue(revoked.Problems.ToString());
        ca.Revoked.ShouldHaveSingleItem().ShouldBe(new(first.Serial, (int)RevocationReason.Superseded));
        ca.Requests.Single(request => request.Step == CaStep.RevokeCert).Account.ShouldNotBeNull();
        await rig.UntilAsync("there is another", state => IsIssued(state) && ca.Orders.Count == 2, Name);
        var second = await LeafAsync(rig);
        second.Serial.ShouldNotBe(first.Serial);
        second.Key.ShouldNotBe(first.Key);
        ca.Complaints.ShouldBeEmpty();
    }

    /// <summary>Whoever revoked a certificate that had just come was told now and then to repeat that: the look for renewal information was under way.</summary>
    [Fact]
    public async Task Revoke_WhileRenewalInformationIsAskedFor_WaitsForThat()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var (start, end) = (rig.Now.AddDays(20), rig.Now.AddDays(22));
        using var gate = new ManualResetEventSlim();
        ca.Options.RenewalWindow = _ =>
        {
            gate.Wait(TimeSpan.FromSeconds(60));
            return (start, end);
        };
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await UntilAsync("the CA is asked for renewal information", () => ca.Count(CaStep.RenewalInfo) == 1);
        var revoking = rig.Manager.RevokeAsync(Name, null, TestContext.Current.CancellationToken);
        revoking.IsCompleted.ShouldBeFalse();
        gate.Set();
        (await revoking).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Revoke_NoLongerWanted_LeavesNothingBehind()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        rig.Manager.Unwant(Name);
        (await rig.Manager.RevokeAsync(Name, null, default)).Succeeded.ShouldBeTrue();
        ca.Revoked.ShouldHaveSingleItem().Value.ShouldBeNull();
        rig.Book.Covers(Name).ShouldBeFalse();
        File.Exists(rig.Home.PublicCertificate(Name)).ShouldBeFalse();
        await rig.RestartAsync();
        rig.Manager.All().ShouldBeEmpty();
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Revoke_AccountRefused_IsAskedForByTheCertificatesKey()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        ca.Script(CaStep.RevokeCert, CaReply.Problem("unauthorized", "not this account's"));
        (await rig.Manager.RevokeAsync(Name, RevocationReason.KeyCompromise, default)).Succeeded.ShouldBeTrue();
        ca.Revoked.ShouldHaveSingleItem().Value.ShouldBe((int)RevocationReason.KeyCompromise);
        ca.Requests.Last(request => request.Step == CaStep.RevokeCert).Account.ShouldBeNull();
    }

    [Fact]
    public async Task Revoke_RefusedByBoth_KeepsItInUseWithTheCasWords()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        var refusal = CaReply.Problem("unauthorized", "nobody may");
        ca.Script(CaStep.RevokeCert, refusal, refusal);
        var problem = (await rig.Manager.RevokeAsync(Name, null, default)).Problem;
        problem.Text.ShouldContain("nobody may");
        rig.Book.Covers(Name).ShouldBeTrue();
        await rig.RestartAsync(Name);
        await rig.UntilAsync("it is as it was", IsIssued, Name);
        rig.Book.Covers(Name).ShouldBeTrue();
        ca.Count(CaStep.RevokeCert).ShouldBe(2);
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Revoke_AnswerLost_IsDoneWhenItIsAskedForAgain()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        rig.Manager.Unwant(Name);
        ca.Script(CaStep.RevokeCert, CaReply.DoAndDrop);
        var problem = (await rig.Manager.RevokeAsync(Name, null, default)).Problem;
        problem.Retry.ShouldBeTrue();
        rig.Book.Covers(Name).ShouldBeTrue();
        (await rig.Manager.RevokeAsync(Name, null, default)).Succeeded.ShouldBeTrue();
        rig.Book.Covers(Name).ShouldBeFalse();
    }

    [Fact]
    public async Task Revoke_StoppedWhileTheCaThinks_IsGoneOnWithAtTheNextStart()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        ca.Script(CaStep.RevokeCert, CaReply.Hang);
        var revoking = rig.Manager.RevokeAsync(Name, RevocationReason.KeyCompromise, default);
        await UntilAsync("the CA is asked", () => ca.Count(CaStep.RevokeCert) == 1);
        await rig.RestartAsync(Name);
        await Should.ThrowAsync<OperationCanceledException>(() => revoking);
        await rig.UntilAsync("there is another", state => IsIssued(state) && ca.Orders.Count == 2, Name);
        ca.Revoked.ShouldHaveSingleItem().Value.ShouldBe((int)RevocationReason.KeyCompromise);
    }

    [Fact]
    public async Task Revoke_WhatIsNotThere_IsAProblem()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = await IssuedAsync(ca);
        (await rig.Manager.RevokeAsync("a.example.com", null, default)).Problem.Type.ShouldBe(ProblemType.NotFound);
        ca.Count(CaStep.RevokeCert).ShouldBe(0);
    }

    private static async Task<ManagerRig> IssuedAsync(ScriptedCa ca)
    {
        var rig = new ManagerRig();
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        return rig;
    }

    private static async Task<(string Serial, string Key)> LeafAsync(ManagerRig rig)
    {
        var leaf = (await rig.Book.FindAsync(Name, keep: true))!.Leaf;
        return (leaf.SerialNumber, leaf.GetPublicKeyString());
    }
}
