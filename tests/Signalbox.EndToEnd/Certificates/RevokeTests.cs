using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary><c>cert revoke</c> before a real CA.</summary>
public sealed class RevokeTests
{
    private const string Name = "www.example.com";

    [Fact]
    public async Task Revoke_PublicName_IsRevokedAtTheCaAndHasAnotherCertificateAtOnce()
    {
        await using var site = await PublicSite.StartAsync(null, Name);
        await site.Home.UpAsync();
        await site.IssuedAsync();
        using var first = await site.HandshakeAsync(Name);

        // Nobody is there to be asked: nothing happens without --yes.
        (await site.Home.RunAsync("cert", "revoke", Name)).ShouldExit(2).Errors.ShouldContain($"signalbox cert revoke {Name} --yes");
        (await StatusAsync(site, first)).ShouldBe("Valid");
        (await site.Home.RunAsync("cert", "revoke", Name, "--reason", "keyCompromised", "--yes")).ShouldExit(2).Errors.ShouldContain("Did you mean `keyCompromise`?");

        (await site.Home.RunAsync("cert", "revoke", Name, "--reason", "superseded", "--yes")).ShouldExit(0).Errors.ShouldContain("revoked and out of use");
        (await StatusAsync(site, first)).ShouldBe("Revoked");
        await site.IssuedAsync();
        using var second = await site.HandshakeAsync(Name);
        second.SerialNumber.ShouldNotBe(first.SerialNumber);
        second.GetPublicKey().ShouldNotBe(first.GetPublicKey());
        (await StatusAsync(site, second)).ShouldBe("Valid");
        site.Orders.ShouldBe(2);
    }

    /// <summary>In a real terminal: the question, and the line that tells what is going on while a command waits.</summary>
    [Fact]
    public async Task Terminal_RenewTellsItsProgressAndRevokeAsksFirst()
    {
        // Some time at the CA, so that there is something to be told of.
        await using var site = await PublicSite.StartAsync(new PebbleOptions { ValidationSleep = 3 }, Name);
        await site.Home.UpAsync();
        await site.IssuedAsync();
        var transcript = "";
        await Wait.UntilAsync("a renewal has told its progress", async () =>
        {
            // How long Pebble waits is its own choice: now and then there is nothing to be told.
            var renewing = Terminal(site, "", "renew", Name);
            (await renewing.ExitAsync()).ShouldBe(0, transcript = renewing.Transcript);
            renewing.Output.ShouldContain(line => line.Contains(CertificateStates.Issued), transcript);
            return renewing.Output.Any(line => line.StartsWith("\e[K", StringComparison.Ordinal) && line.Contains("renewing"));
        }, () => transcript);
        using var first = await site.HandshakeAsync(Name);

        var refused = Terminal(site, "n", "revoke", Name);
        (await refused.ExitAsync()).ShouldBe(1, refused.Transcript);
        refused.Output.ShouldContain(line => line.Contains("Nothing was revoked."), refused.Transcript);
        (await StatusAsync(site, first)).ShouldBe("Valid");
        var revoked = Terminal(site, "y", "revoke", Name);
        (await revoked.ExitAsync()).ShouldBe(0, revoked.Transcript);
        (await StatusAsync(site, first)).ShouldBe("Revoked");

        static ChildProcess Terminal(PublicSite site, string answer, params string[] words) =>
            site.Home.Start(DevServer.Python, [Product.TestFile("terminal.py"), "--answer", answer, Product.Program, "cert", .. words]);
    }

    [Fact]
    public async Task Revoke_KilledAtAnyTime_EndsRevokedWithAnotherCertificate()
    {
        await using var site = await PublicSite.StartAsync(null, Name);
        var daemon = await site.Home.UpAsync();
        await site.IssuedAsync();
        foreach (var wait in new[] { 0, 2, 5, 10, 20, 40 })
        {
            using var before = await site.HandshakeAsync(Name);
            var revoking = site.Home.Cli("cert", "revoke", Name, "--yes");

            // From when the command has asked: what is waited for is a place in the middle of the work, another one each time.
            await Wait.UntilAsync("it is under way or over", async () => revoking.HasExited || (await site.ReportAsync(Name)).State == CertificateStates.Revoking);
            await Task.Delay(wait);
            await daemon.Kill9Async();
            daemon = await site.Home.UpAsync();
            await Wait.UntilAsync("there is another certificate", async () =>
            {
                if ((await site.ReportAsync(Name)).State != CertificateStates.Issued || await SerialAsync(site) is not { } serial) return false;
                if (serial != before.SerialNumber) return true;

                // Killed before anything was written down: nothing was begun, and the person asks again. What the CA has revoked must never be shown on.
                if (await StatusAsync(site, before) == "Valid") await site.Home.RunAsync("cert", "revoke", Name, "--yes");
                return false;
            }, () => site.Pebble.Transcript);
            (await StatusAsync(site, before)).ShouldBe("Revoked", $"{wait} ms");
        }
    }

    [Fact]
    public async Task Revoke_LocalOrOwnName_SaysTheWayOut()
    {
        await using var site = new OwnSite();
        site.Write("www", Name);
        site.Configure((Name, "{ cert: www.pem, key: www.key }"), ("app.localhost", "auto"));
        await site.Home.UpAsync();
        await Wait.UntilAsync("the routes are there", async () => (await site.Home.Admin.RoutesAsync()).Length == 2);
        (await site.Home.RunAsync("cert", "revoke", Name, "--yes")).ShouldExit(2).Errors.ShouldContain("Have it revoked where it came from, and replace");
        (await site.Home.RunAsync("cert", "revoke", "app.localhost", "--yes")).ShouldExit(2).Errors.ShouldContain("the local authority's");
        (await site.Home.RunAsync("cert", "revoke", "other.example.com", "--yes")).ShouldExit(1).Errors.ShouldContain("No CA's certificate is kept for this name.");
    }

    private static async Task<string?> StatusAsync(PublicSite site, X509Certificate2 certificate) => (await site.Pebble.StatusAsync(certificate)).GetProperty("Status").GetString();

    private static async Task<string?> SerialAsync(PublicSite site)
    {
        try
        {
            using var shown = await site.HandshakeAsync(Name);
            return shown.SerialNumber;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
