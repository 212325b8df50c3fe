using Microsoft.Playwright;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>The other tests here rest on this: the browser checks certificates, and it is the root that makes it content.</summary>
[Collection(Heavy.Name)]
public sealed class BrowserTests
{
    private const string Host = "echo.localhost";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Browser_OpensAName_OnlyWithTheRoot(bool trusting)
    {
        await using var home = new Home();
        await home.UpAsync();
        await using var backend = await EchoBackend.StartAsync("echo");
        await home.Admin.AddAsync(Host, backend.Target);
        await using var browser = await Browser.OpenAsync(home, trusting);

        if (trusting) await browser.OpenAsync(home.Url(Host));
        else (await Should.ThrowAsync<PlaywrightException>(() => browser.OpenAsync(home.Url(Host)))).Message.ShouldContain("ERR_CERT_AUTHORITY_INVALID");
    }
}
