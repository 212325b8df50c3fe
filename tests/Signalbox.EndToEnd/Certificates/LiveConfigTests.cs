using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>What <c>signalbox.yaml</c> says of certificates comes into force as it is saved.</summary>
public sealed class LiveConfigTests
{
    private const string Name = "www.example.com";

    [Fact]
    public async Task Config_ThatIsSavedAnew_ComesIntoForceWithoutARestart()
    {
        await using var site = await PublicSite.StartAsync(null, Name);
        var agreed = File.ReadAllText(site.Home.Layout.ConfigFile);
        Save(agreed.Replace("termsAgreed: true", "termsAgreed: false"));
        await site.Home.UpAsync();
        await StateAsync(CertificateStates.Paused);
        site.Orders.ShouldBe(0);

        // 1. Terms that are agreed to: what was paused goes on at once.
        Save(agreed);
        await site.IssuedAsync();

        // 2. A bad one leaves the old in force, and is told.
        Save(agreed + "\n  names: [ { host: www.example.com, issuer: strange } ]\n");
        await Wait.UntilAsync("the fault is told", async () => (await site.Home.Admin.StatusAsync()).Problems.Any(problem => problem.Text.Contains("no issuer “strange”", StringComparison.Ordinal)));
        (await site.Home.RunAsync("cert", "renew", Name)).ShouldExit(0);

        // 3. What a name has of its own counts from the next order on.
        Save(agreed + "\n  names: [ { host: \"*.example.com\", key: rsa-2048 } ]\n");
        await Wait.UntilAsync("the fault is gone", async () => (await site.Home.Admin.StatusAsync()).Problems.Length == 0);
        (await site.Home.RunAsync("cert", "renew", Name)).ShouldExit(0);
        using var rsa = await site.HandshakeAsync(Name);
        rsa.GetKeyAlgorithm().ShouldBe("1.2.840.113549.1.1.1");

        // 4. A name that is off is left alone; its certificate is shown on.
        Save(agreed + "\n  names: [ { host: www.example.com, off: true } ]\n");
        await Wait.UntilAsync("it is off", async () => (await site.ReportAsync(Name)).NextStep!.Contains("off: true", StringComparison.Ordinal));
        (await site.Home.RunAsync("cert", "renew", Name)).ShouldExit(1).Errors.ShouldContain("off: true");
        using var same = await site.HandshakeAsync(Name);
        same.SerialNumber.ShouldBe(rsa.SerialNumber);
        site.Orders.ShouldBe(3);

        void Save(string text) => File.WriteAllText(site.Home.Layout.ConfigFile, text);

        Task StateAsync(string state) => Wait.UntilAsync($"the name is {state}", async () => (await site.ReportAsync(Name)).State == state);
    }
}
