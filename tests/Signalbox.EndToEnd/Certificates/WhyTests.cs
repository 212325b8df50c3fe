using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>What <c>why</c> says of a public name, before it has its certificate and after.</summary>
public sealed class WhyTests
{
    private const string Name = "www.example.com";

    /// <summary>“No certificate can be had for this name” was said while one was being had.</summary>
    [Fact]
    public async Task Why_OfANameThatFailed_TellsTheCasWordsAndTheNextTryUntilItIsIssued()
    {
        // Nobody is where Pebble comes in.
        var dead = PortPool.Take();
        await using var site = await PublicSite.StartAsync(new PebbleOptions { HttpPort = dead }, Name);
        site.Configure("challenges: [http-01]");
        await site.Home.UpAsync("--bind", "127.0.0.1");
        await Wait.UntilAsync("the first try has failed", async () => (await site.ReportAsync(Name)).State == CertificateStates.Failed, () => site.Pebble.Transcript);
        var url = $"https://{Name}:{site.Home.HttpsPort}/";
        var said = (await site.Home.RunAsync("why", url)).ShouldExit(0).Output;
        said.ShouldContain("failed: pebble could not validate the name by http-01:");
        said.ShouldContain("The next try is at 2");
        said.ShouldContain($"Use http://{Name}:{site.Home.HttpPort} until there is one; `signalbox cert show {Name}` tells more.");
        said.ShouldNotContain("no certificate can be had");

        // By the https port it can be shown.
        site.Configure("challenges: [tls-alpn-01]");
        (await site.Home.RunAsync("cert", "renew", Name)).ShouldExit(0);
        await site.IssuedAsync();
        (await site.Home.RunAsync("why", url)).ShouldExit(0).Output.ShouldContain("issued, from Pebble");
    }
}
