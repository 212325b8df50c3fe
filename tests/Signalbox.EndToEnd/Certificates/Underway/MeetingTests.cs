using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates.Underway;

/// <summary>Renewals and first issues that meet while a real CA is at it: whoever comes joins what is under way, and nothing is ordered twice.</summary>
public sealed class MeetingTests
{
    private const string First = "first.example.com";
    private const string Second = "second.example.com";

    [Fact]
    public Task Renewals_WhileTheFirstCertificateIsOnItsWay_AllEndWithThatOne() => InTimeAsync(async site =>
    {
        await using var way = await HeldWay.StartAsync(site, First);
        await site.Home.UpAsync();
        await way.AskedAsync(site);
        await StateAsync(site, First, CertificateStates.Validating);
        var renewals = Enumerable.Range(0, 10).Select(_ => site.Home.Cli("cert", "renew", First, "--json")).ToList();

        // Told by a command only after it has asked.
        foreach (var renewal in renewals) await renewal.LineAsync("what it waits for", line => line.StartsWith(CertificateStates.Validating, StringComparison.Ordinal));
        site.Configure(names: [First, Second]);
        await StateAsync(site, Second, CertificateStates.Issued);
        site.Orders.ShouldBe(2);
        way.Open();
        foreach (var renewal in renewals) (await renewal.ExitAsync()).ShouldBe(0, renewal.Transcript);
        var told = renewals.Select(renewal => string.Join('\n', renewal.Output)).Distinct().ShouldHaveSingleItem();
        new CliResult(0, told, "").Json(SignalboxJson.Default.CertificateReport).State.ShouldBe(CertificateStates.Issued);
        using var shown = await site.HandshakeAsync(First);
        await SettledAsync(site, orders: 2);
    }, First);

    [Fact]
    public Task Renewal_ThatIsUnderWay_IsTheOneWhateverBecomesOfTheConfig() => InTimeAsync(async site =>
    {
        await site.Home.UpAsync();
        await site.IssuedAsync();
        using var former = await site.HandshakeAsync(First);
        await using var way = await HeldWay.StartAsync(site, First);
        var renewal = site.Home.Cli("cert", "renew", First, "--json");
        await way.AskedAsync(site);
        await StateAsync(site, First, CertificateStates.Renewing);

        // Other settings of the issuer, another name, and the name itself goes and comes again.
        site.Configure("key: rsa-2048", names: [Second]);
        await StateAsync(site, Second, CertificateStates.Issued);
        await RoutedAsync(site, Second);
        site.Configure("key: rsa-2048", names: [First, Second]);
        await RoutedAsync(site, First, Second);
        site.Orders.ShouldBe(3);
        way.Open();
        (await renewal.ExitAsync()).ShouldBe(0, renewal.Transcript);
        using var renewed = await site.HandshakeAsync(First);
        renewed.SerialNumber.ShouldNotBe(former.SerialNumber);

        // What was under way ended by the old settings; what came meanwhile went by the new.
        using var second = await site.HandshakeAsync(Second);
        (Rsa(renewed), Rsa(second)).ShouldBe((false, true));
        await SettledAsync(site, orders: 3);
    }, First);

    /// <summary>Plays it again where the machine was too slow for Pebble, which gives up what it has waited 15 s for.</summary>
    private static async Task InTimeAsync(Func<PublicSite, Task> meet, params string[] names)
    {
        for (var left = 3; ; left--)
        {
            await using var site = await PublicSite.StartAsync(null, names);
            try
            {
                await meet(site);
                return;
            }
            catch (Exception) when (left > 0 && site.Pebble.HasGivenUp)
            {
                // What came of it says nothing.
            }
        }
    }

    /// <summary>There were as many orders, and none is still to come: what was due when one more is asked for begins before that one.</summary>
    private static async Task SettledAsync(PublicSite site, int orders)
    {
        site.Orders.ShouldBe(orders);
        (await site.Home.RunAsync("cert", "renew", Second)).ShouldExit(0);
        site.Orders.ShouldBe(orders + 1);
    }

    private static bool Rsa(X509Certificate2 certificate) => certificate.GetKeyAlgorithm() == "1.2.840.113549.1.1.1";

    private static Task RoutedAsync(PublicSite site, params string[] names) => UntilAsync(site, $"the routes are {string.Join(" and ", names)}",
        async () => (await site.Home.Admin.RoutesAsync()).Select(route => route.Host).Order().SequenceEqual(names.Order()));

    private static Task StateAsync(PublicSite site, string name, string state) => UntilAsync(site, $"{name} is {state}",
        async () => (await site.ReportsAsync()).SingleOrDefault(report => report.Name == name)?.State == state);

    private static Task UntilAsync(PublicSite site, string what, Func<Task<bool>> condition) => Wait.UntilAsync(
        what, async () => site.Pebble.HasGivenUp ? throw new InvalidOperationException($"Pebble has given up before {what}.") : await condition(), () => site.Pebble.Transcript);
}
