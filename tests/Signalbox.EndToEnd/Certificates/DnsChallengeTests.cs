using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>dns-01 and wildcards, with a real CA that asks a real name server.</summary>
public sealed class DnsChallengeTests
{
    private const string Wildcard = "*.example.net";

    /// <summary>Two providers side by side: example.net by updates, example.org by a command.</summary>
    [Fact]
    public async Task Names_OfTwoZones_AreEachShownByTheirOwnProvider()
    {
        await using var bind = await BindServer.StartAsync();
        await using var site = await SiteAsync(bind, Wildcard, "example.net", "*.example.org");
        await site.Home.UpAsync();
        await site.IssuedAsync();
        using var any = await site.HandshakeAsync("any.example.net");
        any.MatchesHostname("other.example.net").ShouldBeTrue();
        using var apex = await site.HandshakeAsync("example.net");
        apex.SerialNumber.ShouldNotBe(any.SerialNumber);
        using var other = await site.HandshakeAsync("a.example.org");
        other.MatchesHostname("b.example.org").ShouldBeTrue();

        // A wildcard is exactly one label.
        await site.RefusesAsync("a.b.example.net");
        foreach (var zone in new[] { "example.net", "example.org" }) (await bind.ValuesAsync($"_acme-challenge.{zone}")).ShouldBeEmpty();
        File.ReadAllLines(Log(site)).Count(line => line == "add _acme-challenge.example.org").ShouldBe(1);
    }

    [Fact]
    public async Task Wildcard_WithoutAProvider_SaysWhatToDoAndOrdersNothing()
    {
        await using var site = await PublicSite.StartAsync(null, Wildcard);
        await site.Home.UpAsync();
        await Wait.UntilAsync("the wildcard is held up", async () => (await site.ReportAsync(Wildcard)).State == CertificateStates.Paused, () => site.Pebble.Transcript);
        var report = await site.ReportAsync(Wildcard);
        report.Reason!.ShouldContain("No DNS provider is configured. A wildcard needs dns-01: configure a DNS provider");
        site.Orders.ShouldBe(0);
    }

    /// <summary>Killed while a value is in the zone, with the route gone before the next start: nobody orders the name any more, and the value goes all the same.</summary>
    [Fact]
    public async Task Value_OfAnOrderThatWasKilled_IsTakenOutByTheNextStart()
    {
        await using var bind = await BindServer.StartAsync();
        await using var site = await SiteAsync(bind, Wildcard);
        var daemon = await site.Home.UpAsync();
        await Wait.UntilAsync("the value is in the zone", async () => (await bind.ValuesAsync("_acme-challenge.example.net")).Count > 0, () => site.Pebble.Transcript);
        await daemon.Kill9Async();
        (await bind.ValuesAsync("_acme-challenge.example.net")).ShouldHaveSingleItem();
        Configure(site, bind, "example.org");
        await site.Home.UpAsync();
        await Wait.UntilAsync("the value is gone", async () => (await bind.ValuesAsync("_acme-challenge.example.net")).IsEmpty);
    }

    [Fact]
    public async Task Order_KilledWhileItsValueIsThere_EndsIssuedWithNothingLeft()
    {
        await using var bind = await BindServer.StartAsync();
        await using var site = await SiteAsync(bind, Wildcard);
        var daemon = await site.Home.UpAsync();
        await Wait.UntilAsync("the value is in the zone", async () => (await bind.ValuesAsync("_acme-challenge.example.net")).Count > 0, () => site.Pebble.Transcript);
        await daemon.Kill9Async();
        await site.Home.UpAsync();
        await site.IssuedAsync();
        (await bind.ValuesAsync("_acme-challenge.example.net")).ShouldBeEmpty();
        site.Orders.ShouldBe(1);
    }

    [Fact]
    public async Task Daemon_StoppedInTheMiddle_TakesItsValuesWithIt()
    {
        await using var bind = await BindServer.StartAsync();
        await using var site = await SiteAsync(bind, Wildcard);
        var daemon = await site.Home.UpAsync();
        await Wait.UntilAsync("the value is in the zone", async () => (await bind.ValuesAsync("_acme-challenge.example.net")).Count > 0, () => site.Pebble.Transcript);
        (await daemon.StopAsync()).ShouldBe(0);
        (await bind.ValuesAsync("_acme-challenge.example.net")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Provider_WhoseSecretCannotBeRead_IsToldAndTheRestGoesOn()
    {
        await using var site = await PublicSite.StartAsync(null, Wildcard);
        site.Configure("", "dns: [ { name: cf, provider: cloudflare, tokenFile: /nowhere/token } ]");
        await site.Home.UpAsync();
        (await site.Home.Admin.StatusAsync()).Problems.ShouldContain(problem => problem.Subject == "/nowhere/token");
        await Wait.UntilAsync("the wildcard says what it lacks", async () => (await site.ReportAsync(Wildcard)).State == CertificateStates.Paused);
    }

    private static string Log(PublicSite site) => Path.Combine(site.Home.Work, "txt.log");

    private static async Task<PublicSite> SiteAsync(BindServer bind, params string[] names)
    {
        var site = await PublicSite.StartAsync(new PebbleOptions { DnsPort = bind.Port }, names);
        Configure(site, bind, names);
        return site;
    }

    private static void Configure(PublicSite site, BindServer bind, params string[] names)
    {
        var key256 = bind.KeyFile("key256", "hmac-sha256", BindServer.Secret256);
        var key512 = bind.KeyFile("key512", "hmac-sha512", BindServer.Secret512);
        var script = Path.Combine(site.Home.Work, "txt");
        File.WriteAllText(script, $$"""
            #!/bin/sh
            # txt SERVER PORT add|remove NAME VALUE
            echo "$3 $4" >> {{Log(site)}}
            case "$3" in
              add) change="update add $4. 60 TXT \"$5\"" ;;
              remove) change="update delete $4. TXT \"$5\"" ;;
            esac
            printf 'server %s %s\n%s\nsend\n' "$1" "$2" "$change" | nsupdate -k {{key512}}

            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        site.Configure("challenges: [dns-01]", $"""
            resolvers: ["127.0.0.1:{bind.Port}"]
            dns:
              - name: net
                provider: rfc2136
                zones: [example.net]
                server: "127.0.0.1:{bind.Port}"
                keyFile: "{key256}"
              - name: org
                provider: exec
                zones: [example.org]
                command: ["{script}", "127.0.0.1", "{bind.Port}"]
            """, names);
    }
}
