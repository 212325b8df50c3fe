using Microsoft.Playwright;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>A real Chromium with an empty profile, which trusts the system's roots and one home's: certificate errors are errors.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>Where Debian puts it.</summary>
    private const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowserContext _context;

    private Browser(IPlaywright playwright, IBrowserContext context)
    {
        _playwright = playwright;
        _context = context;
    }

    /// <summary>Opens it. The home's root certificate must exist: its daemon has run.</summary>
    /// <param name="home">Whose root it trusts, and where its profile is.</param>
    /// <param name="trusting">False leaves the root out.</param>
    public static async Task<Browser> OpenAsync(Home home, bool trusting = true)
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Work, "browser")).FullName;
        if (trusting) await TrustAsync(home, folder);
        var playwright = await Playwright.CreateAsync();
        var context = await playwright.Chromium.LaunchPersistentContextAsync(Path.Combine(folder, "profile"), new BrowserTypeLaunchPersistentContextOptions
        {
            ExecutablePath = Program,
            Headless = true,
            // Its own limit is 30 s, which a cold start on a busy machine can take.
            Timeout = (float)Wait.Limit.TotalMilliseconds,
            // No sandbox: its name spaces are not to be had in a container. The rest keeps the browser from asking anybody but the test's own servers.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            // Chromium looks for the roots of its user in the NSS database below HOME.
            Env = new Dictionary<string, string> { ["HOME"] = folder, ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin", ["LANG"] = "C.UTF-8" },
        });
        return new Browser(playwright, context);
    }

    /// <summary>A page on the URL, with everything noted from its first request on.</summary>
    public async Task<LivePage> OpenAsync(string url)
    {
        var page = new LivePage(await _context.NewPageAsync());
        await page.GoAsync(url);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        _playwright.Dispose();
    }

    private static async Task TrustAsync(Home home, string folder)
    {
        var database = Directory.CreateDirectory(Path.Combine(folder, ".pki", "nssdb")).FullName;
        foreach (var arguments in new[] { new[] { "-N", "--empty-password" }, ["-A", "-n", "signalbox test root", "-t", "C,,", "-i", home.Layout.RootCertificate] })
        {
            var certutil = home.Start("certutil", ["-d", $"sql:{database}", .. arguments]);
            (await certutil.ExitAsync()).ShouldBe(0, certutil.Transcript);
        }
    }
}
