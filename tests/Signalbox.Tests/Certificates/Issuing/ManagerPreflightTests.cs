using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Challenges;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Acme.Support;
using Signalbox.Tests.Certificates.Dns;
using Signalbox.Tests.Proxy.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Names are looked at before their first order, with name servers and a listener of the test's own.</summary>
public sealed class ManagerPreflightTests : IAsyncLifetime
{
    private const string Name = "www.example.tld";
    private readonly ManagerRig _rig = new();
    private readonly ScriptedDns _dns = ScriptedDns.Start(1);
    private readonly ScriptedZone _zone;
    private readonly WebApplication _listener;
    private ScriptedCa _ca = null!;

    public ManagerPreflightTests()
    {
        _dns.Zone("tld", 1);
        _zone = _dns.Zone("example.tld", 1);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _listener = builder.Build();
        _listener.Run(context => context.Response.WriteAsync(_rig.Tokens.Find(context.Request.Path.Value![IChallengeAnswers.Path.Length..]) ?? ""));
    }

    private int Port => new Uri(_listener.Urls.Single()).Port;

    public async ValueTask InitializeAsync()
    {
        _ca = await ScriptedCa.StartAsync(new CaOptions { Time = _rig.Time });
        await _listener.StartAsync();
        Look(Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ca.DisposeAsync();
        await _listener.DisposeAsync();
        await _dns.DisposeAsync();
    }

    [Fact]
    public async Task Name_ThatLeadsHere_IsOrderedAndTheEvidenceIsKept()
    {
        Leads("127.0.0.1");
        _zone.Caa("example.tld", "issue", "ca.example");
        Begin();
        await _rig.UntilAsync("it is issued", IsIssued, Name);
        await _rig.RestartAsync(Name);
        var evidence = CertificateReports.Whole(_rig.Manager.Show(Name)!, null, _rig.Now).Evidence!;
        evidence.Select(step => (step.Step, step.Outcome)).ShouldBe([("dns", "ok"), ("reach", "ok"), ("caa", "ok")]);
        evidence[1].Detail.ShouldStartWith($"127.0.0.1 port {Port} is this daemon (");
        evidence[2].Detail.ShouldStartWith("example.tld CAA 0 issue \"ca.example\" allows it.");

        // Whom it was asked of is told too.
        foreach (var step in new[] { evidence[0], evidence[2] }) step.Detail.ShouldContain($" Asked: ns1.example.tld (127.0.0.1:{_dns.Port}).");

        // Not looked at again for a renewal.
        var asked = _dns.Asked.Count;
        (await _rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Certificate.ShouldNotBeNull();
        (_dns.Asked.Count, _ca.Orders.Count).ShouldBe((asked, 2));
    }

    [Fact]
    public async Task Name_ThatLeadsNowhere_CostsNoOrderAndGoesOnWhenItLeadsHere()
    {
        Begin();
        await _rig.UntilAsync("the look has failed", state => state is { Phase: null, Known.Failures: > 0 }, Name);
        var report = CertificateReports.Whole(_rig.Manager.Show(Name)!, null, _rig.Now);
        report.State.ShouldBe(CertificateStates.Failed);
        report.Reason!.ShouldContain("The name leads nowhere");
        report.Reason!.ShouldContain("Make an A or AAAA record");
        report.Evidence!.ShouldContain(step => step.Step == "dns" && step.Outcome == "failed");
        _ca.Requests.ShouldAllBe(request => request.Step == CaStep.Directory);
        Leads("127.0.0.1");
        await _rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(_rig.Manager.Find(Name)));
        _ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Name_ThatLeadsToAnotherServer_CostsNoOrder()
    {
        Leads("127.0.0.1");
        await using var other = await OtherServer();
        Look(new Uri(other.Urls.Single()).Port);
        Begin();
        await _rig.UntilAsync("the look has failed", HasFailed, Name);
        _rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("The name leads to another server: 127.0.0.1 port");

        // A sentence by itself: the advice, which comes after it, was told in the same one.
        _rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldEndWith(", and is not this daemon.");
        _ca.Orders.ShouldBeEmpty();
    }

    /// <summary>
    /// A page in letters this program does not know passed for a fault of its own, and one that is long for a server that could not be asked, which costs an order.
    /// </summary>
    [Theory]
    [InlineData("text/html; charset=utf8", 10)]
    [InlineData("text/html; charset=windows-1252", 10)]
    [InlineData("text/html", 1_000_000)]
    public async Task Name_ThatLeadsToAnotherServer_IsToldWhateverThatOneSays(string type, int length)
    {
        Leads("127.0.0.1");
        await using var other = await OtherServer(context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(new string('x', length));
        });
        Look(new Uri(other.Urls.Single()).Port);
        Begin();
        await _rig.UntilAsync("the look has failed", state => IsIssued(state) || HasFailed(state), Name);
        _rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("The name leads to another server: 127.0.0.1 port");
        _ca.Orders.ShouldBeEmpty();
    }

    /// <summary>With tls-alpn-01 beside http-01, as issuers have it by themselves, such a name was ordered, and the CA found what could have been known.</summary>
    [Fact]
    public async Task Name_ThatLeadsToAnotherServerOnBothPorts_CostsNoOrder()
    {
        Leads("127.0.0.1");
        using var certificate = SelfSignedBook.Make(Name);
        await using var plain = await OtherServer();
        await using var secure = await OtherServer(context => context.Response.WriteAsync("It works!"), listen => listen.UseHttps(certificate));
        Look(new Uri(plain.Urls.Single()).Port, new Uri(secure.Urls.Single()).Port);
        _rig.Solvers.Add(new ScriptedSolver(ChallengeType.TlsAlpn));
        _rig.Start(Issuer(_ca) with { Preflight = true, Challenges = [ChallengeType.Http, ChallengeType.TlsAlpn] });
        _rig.Manager.Want(Name);
        await _rig.UntilAsync("the look has failed", state => IsIssued(state) || HasFailed(state), Name);
        _rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("The name leads to another server");
        _ca.Orders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Records_ThatForbidTheCa_CostNoOrderAndLetTheNextIssuerSign()
    {
        Leads("127.0.0.1");
        _zone.Caa("example.tld", "issue", "other.example");
        Begin();
        await _rig.UntilAsync("the look has failed", HasFailed, Name);
        var reason = _rig.Manager.Find(Name)!.Known.Reason!;
        reason.Text.ShouldContain("CAA records do not let main sign for it");
        reason.Advice!.ShouldContain("example.tld CAA 0 issue \"ca.example\"");
        _ca.Orders.ShouldBeEmpty();
        _rig.Reconfigure(_rig.Options with { Issuers = [.. _rig.Options.Issuers, Issuer(_ca, "private")] });
        await _rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(_rig.Manager.Find(Name)));
        _rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("private");
    }

    /// <summary>Another server on port 80 was told as the reason, though the other challenge would have come around that and nothing comes around CAA.</summary>
    [Fact]
    public async Task Reasons_Several_TheOneInTheWayOfAllChallengesIsTold()
    {
        Leads("127.0.0.1");
        _zone.Caa("example.tld", "issue", "other.example");
        await using var other = await OtherServer();
        Look(new Uri(other.Urls.Single()).Port);
        Begin();
        await _rig.UntilAsync("the look has failed", HasFailed, Name);
        _rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("CAA records do not let main sign for it");
        _rig.Manager.Show(Name)!.Known.Evidence.Where(found => found.Outcome == "failed").Select(found => found.Step).ShouldBe(["reach", "caa"]);
        _ca.Orders.ShouldBeEmpty();
    }

    /// <summary>The advice was always to add an <c>issue</c> record, which changes nothing where <c>issuewild</c> or a critical record stands against it.</summary>
    [Theory]
    [InlineData("www.example.tld", 0, "issue", "other.example", "Add a record: example.tld CAA 0 issue \"ca.example\".")]
    [InlineData("*.example.tld", 0, "issue", "other.example", "Add a record: example.tld CAA 0 issue \"ca.example\".")]
    [InlineData("*.example.tld", 0, "ISSUEWILD", ";", "Add a record: example.tld CAA 0 issuewild \"ca.example\".")]
    [InlineData("*.example.tld", 128, "tbs", "x", "Remove the record example.tld CAA 128 tbs \"x\", or its critical flag: a CA may not sign where a critical record has a tag it does not know, whatever the others say.")]
    public async Task Records_ThatForbidTheCa_AreAdvisedOnByTheRecordThatDoes(string name, byte flags, string tag, string value, string advice)
    {
        Leads("127.0.0.1");
        _zone.Add("example.tld", DnsType.CAA, new CaaData(flags, tag, value));
        _rig.Solvers.Add(new ScriptedSolver(ChallengeType.Dns));
        _rig.Start(Issuer(_ca) with { Preflight = true, Challenges = [ChallengeType.Http, ChallengeType.Dns] });
        _rig.Manager.Want(name);
        await _rig.UntilAsync("the look has failed", HasFailed, name);
        _rig.Manager.Find(name)!.Known.Reason!.Advice.ShouldBe(advice);
        _ca.Orders.ShouldBeEmpty();
    }

    /// <summary>“Could not ask” and “failed” are different: what could not be asked never holds an order back.</summary>
    [Theory]
    [InlineData("the name servers are silent")]
    [InlineData("nobody listens at the address")]
    public async Task What_CouldNotBeAsked_HoldsNothingBack(string what)
    {
        Leads("127.0.0.77");
        var isSilent = what.Contains("silent", StringComparison.Ordinal);
        if (isSilent) _dns[1].Manner = (_, _) => [];
        Begin();
        await _rig.UntilAsync("it is issued", IsIssued, Name);
        if (isSilent) _rig.Manager.Show(Name)!.Known.Evidence.ShouldAllBe(found => found.Detail.EndsWith($" Asked: ns1.example.tld (127.0.0.1:{_dns.Port}): no answer within 0.6 s.", StringComparison.Ordinal));
        _rig.Manager.Show(Name)!.Known.Evidence.ShouldContain(found => found.Outcome == "unknown");
        _rig.Manager.Show(Name)!.Known.Evidence.ShouldNotContain(found => found.Outcome == "failed");
    }

    /// <summary>The servers of a top-level domain are many, and which of them were asked matters to nobody.</summary>
    [Fact]
    public async Task Servers_ThatAreMany_AreNotAllToldByName()
    {
        Leads("127.0.0.1");
        for (var number = 2; number <= 8; number++)
        {
            _zone.Add("example.tld", DnsType.NS, new NameData(DnsName.Of($"ns{number}.example.tld")));
            _zone.Add($"ns{number}.example.tld", DnsType.A, new AddressData(IPAddress.Loopback));
        }

        Begin();
        await _rig.UntilAsync("it is issued", IsIssued, Name);
        var (first, last) = ($" Asked: ns1.example.tld (127.0.0.1:{_dns.Port}), ns2.example.tld ", $", ns6.example.tld (127.0.0.1:{_dns.Port}) and 2 more.");
        _rig.Manager.Show(Name)!.Known.Evidence[0].Detail.ShouldSatisfyAllConditions(told => told.ShouldContain(first), told => told.ShouldEndWith(last));
    }

    [Fact]
    public async Task Preflight_ThatIsOff_AsksNobody()
    {
        _rig.Start(Issuer(_ca));
        _rig.Manager.Want(Name);
        await _rig.UntilAsync("it is issued", IsIssued, Name);
        _dns.Asked.ShouldBeEmpty();
        _rig.Manager.Show(Name)!.Known.Evidence.ShouldBeEmpty();
    }

    private static Task<WebApplication> OtherServer() => OtherServer(context => context.Response.WriteAsync("It works!"));

    private static async Task<WebApplication> OtherServer(RequestDelegate answer, Action<ListenOptions>? options = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options ?? (_ => { })));
        var other = builder.Build();
        other.Run(answer);
        await other.StartAsync();
        return other;
    }

    private void Leads(string address) => _zone.Add(Name, DnsType.A, new AddressData(IPAddress.Parse(address)));

    private void Look(int port, int tlsPort = 0)
    {
        // By the machine's clock: what waits for a name server waits in real time.
        var lookup = AuthoritativeLookup.Create(_dns.Options, TimeProvider.System);
        _rig.Preflight = new NamePreflight(lookup, new CaaCheck(lookup), new Reach(_rig.Tokens, port), new TlsReach(new TlsAlpnTable(), _rig.Time, tlsPort), _rig.Time);
    }

    private void Begin()
    {
        _rig.Start(Issuer(_ca) with { Preflight = true });
        _rig.Manager.Want(Name);
    }
}
