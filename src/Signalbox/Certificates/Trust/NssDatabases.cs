using Signalbox.Store;

namespace Signalbox.Certificates.Trust;

/// <summary>Finds the user's NSS databases, and the one to make for a Chromium that has none yet.</summary>
internal static class NssDatabases
{
    private static readonly string[] Chromiums =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "google-chrome-beta", "brave-browser", "microsoft-edge", "vivaldi"];

    /// <summary>Directory and browser of each database, existing ones first.</summary>
    public static IReadOnlyList<(string Browser, string Directory)> Find(TrustPlaces places)
    {
        var home = places.UserHome;
        var found = new List<(string, string)>();
        var legacy = Path.Combine(home, ".pki/nssdb");

        // Chromium looks into ~/.pki/nssdb, and newer ones into the data directory where that does not exist; packed ones each into their own home.
        string[] chromium =
        [
            legacy,
            Path.Combine(places.DataHome, "pki/nssdb"),
            .. Below(Path.Combine(home, "snap")).Select(snap => Path.Combine(snap, "current/.pki/nssdb")),
            .. Below(Path.Combine(home, ".var/app")).SelectMany(app => new[] { Path.Combine(app, ".pki/nssdb"), Path.Combine(app, "data/pki/nssdb") }),
        ];
        found.AddRange(chromium.Where(IsDatabase).Select(directory => ("Chromium", directory)));
        if (found.Count == 0 && places.Program(Chromiums) is not null) found.Add(("Chromium", legacy));

        string[] firefox =
        [
            Path.Combine(home, ".mozilla/firefox"),
            Path.Combine(places.ConfigHome, "mozilla/firefox"),
            Path.Combine(home, "snap/firefox/common/.mozilla/firefox"),
            Path.Combine(home, ".var/app/org.mozilla.firefox/.mozilla/firefox"),
            Path.Combine(home, ".var/app/org.mozilla.firefox/config/mozilla/firefox"),
            Path.Combine(home, "Library/Application Support/Firefox/Profiles"),
        ];
        found.AddRange(firefox.SelectMany(Below).Where(IsDatabase).Select(directory => ("Firefox", directory)));
        return found;
    }

    /// <summary>How certutil is installed here.</summary>
    public static string HowToInstallCertutil(TrustPlaces places)
    {
        if (places.IsMacOS) return "brew install nss";
        if (places.Program("apt-get") is not null) return "sudo apt-get install libnss3-tools";
        if (places.Program("dnf") is not null) return "sudo dnf install nss-tools";
        if (places.Program("pacman") is not null) return "sudo pacman -S nss";
        if (places.Program("zypper") is not null) return "sudo zypper install mozilla-nss-tools";
        return places.Program("apk") is not null ? "sudo apk add nss-tools" : "your system's package manager (the package with NSS's certutil)";
    }

    private static bool IsDatabase(string directory) => File.Exists(Path.Combine(directory, "cert9.db"));

    private static string[] Below(string directory)
    {
        try
        {
            return Directory.Exists(directory) ? [.. Directory.GetDirectories(directory).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // Another user's or an unreadable one: nothing of ours can be in it.
            return [];
        }
    }
}
