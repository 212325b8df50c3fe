using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Trust;
using Signalbox.Cli.Output;
using Signalbox.Model;

namespace Signalbox.Cli.Doctor;

/// <summary>The root: there, in its time, and trusted by the system and by the browsers' databases.</summary>
internal static class TrustCheck
{
    private const string Advice = "Run `signalbox trust`.";

    public static IEnumerable<Finding> Look(DoctorScene scene)
    {
        var home = scene.Home;
        if (!File.Exists(home.RootCertificate))
        {
            yield return Finding.Warn("root", "this home has no root certificate yet", "`signalbox trust` makes it and makes this machine trust it.");
            yield break;
        }

        var loaded = TrustedRoot.Load(home);
        if (!loaded.Succeeded)
        {
            yield return Finding.Fail("root", loaded.Problem.Text, loaded.Problem.Advice);
            yield break;
        }

        using var root = X509Certificate2.CreateFromPem(loaded.Value.Pem);
        yield return Clock(scene.Time.GetUtcNow(), root);
        yield return IsTrustedBySystem(root) ? Finding.Ok("system trust", "the system trusts the root") : Finding.Warn("system trust", "the system does not trust the root yet", Advice);
        foreach (var finding in Browsers(scene, loaded.Value)) yield return finding;
    }

    private static IEnumerable<Finding> Browsers(DoctorScene scene, TrustedRoot root)
    {
        var databases = NssDatabases.Find(scene.Places);
        if (databases.Count == 0)
        {
            yield return Finding.Ok("browser trust", "no Chromium or Firefox profile found");
            yield break;
        }

        if (scene.Places.Program("certutil") is null)
        {
            yield return Finding.Warn("certutil", "not installed; without it the browsers' databases cannot be reached", $"Run: {NssDatabases.HowToInstallCertutil(scene.Places)}; then `signalbox trust`.");
        }

        var entries = Entries(scene.Home);
        foreach (var (browser, directory) in databases)
        {
            var trusted = entries.Any(entry => entry.Kind == TrustKind.Nss && entry.Place == directory && entry.Fingerprint == root.Fingerprint && entry.Settled);
            yield return trusted ? Finding.Ok("browser trust", $"{browser} ({directory})") : Finding.Warn("browser trust", $"the root is not in {browser}'s database {directory}", Advice);
        }
    }

    private static IReadOnlyList<TrustEntry> Entries(HomeLayout home)
    {
        try
        {
            return TrustRecord.Load(home) is { Succeeded: true } record ? record.Value.Entries : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A clock that is wrong shows itself in certificates that are not valid yet, or not any more.</summary>
    private static Finding Clock(DateTimeOffset now, X509Certificate2 root)
    {
        if (now < root.NotBefore) return Finding.Fail("clock", $"{now:yyyy-MM-dd HH:mm} UTC is before the root was made, so no browser accepts it", "Set the machine's clock.");
        return now > root.NotAfter
            ? Finding.Fail("clock", $"the root ended on {root.NotAfter:yyyy-MM-dd}", "If the clock is right, restart the daemon, which makes a new root, and run `signalbox trust`.")
            : Finding.Ok("clock", $"{now:yyyy-MM-dd HH:mm} UTC; the root is good until {root.NotAfter:yyyy-MM-dd}");
    }

    private static bool IsTrustedBySystem(X509Certificate2 root)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        try
        {
            return chain.Build(root);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
