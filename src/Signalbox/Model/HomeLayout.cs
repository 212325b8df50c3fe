namespace Signalbox.Model;

/// <summary>The names of everything in a home directory. The only place where a path of the home is formed.</summary>
internal sealed record HomeLayout(string Root)
{
    public string Database => Path.Combine(Root, "signalbox.db");

    public string Authority => Path.Combine(Root, "authority");

    public string Certificates => Path.Combine(Root, "certificates");

    /// <summary>Leaves of the local authority, one file a name.</summary>
    public string LocalCertificates => Path.Combine(Certificates, "local");

    /// <summary>The local authority's leaf for one host, with its key.</summary>
    public string LocalCertificate(string host) => Path.Combine(LocalCertificates, Naming.FileName(host) + ".pem");

    /// <summary>Public certificates, one file a name: key, leaf and chain together, so that they can never belong to different certificates.</summary>
    public string PublicCertificates => Path.Combine(Certificates, "public");

    /// <summary>The public certificate for one name (or wildcard), with its key and chain.</summary>
    public string PublicCertificate(string name) => Path.Combine(PublicCertificates, Naming.FileName(name) + ".pem");

    /// <summary>Certificates that were imported, one file each with key and chain.</summary>
    public string ImportedCertificates => Path.Combine(Certificates, "imported");

    /// <summary>One imported certificate, with its key and chain.</summary>
    public string ImportedCertificate(string id) => Path.Combine(ImportedCertificates, id + ".pem");

    /// <summary>Keys of accounts at CAs, one file a directory.</summary>
    public string AccountKeys => Path.Combine(Certificates, "accounts");

    /// <summary>The key of the account at the CA with this directory.</summary>
    public string AccountKey(Uri directory) => Path.Combine(AccountKeys, Naming.Slug(directory.Host) + "-" + Naming.Hash(directory.AbsoluteUri) + ".key");

    /// <summary>Keys of certificates that are ordered and not there yet, one file an order.</summary>
    public string OrderKeys => Path.Combine(Certificates, "orders");

    /// <summary>The key made for one order.</summary>
    public string OrderKey(string order) => Path.Combine(OrderKeys, order + ".key");

    public string AdminSocket => Path.Combine(Root, "admin.sock");

    /// <summary>Locked by the running daemon for as long as it lives.</summary>
    public string DaemonLock => Path.Combine(Root, "daemon.lock");

    /// <summary>Locked by whichever command is starting a daemon just now.</summary>
    public string StartLock => Path.Combine(Root, "start.lock");

    public string DaemonLog => Path.Combine(Root, "daemon.log");

    /// <summary>The log before the present one, when that had grown long.</summary>
    public string FormerDaemonLog => DaemonLog + ".1";

    public string ConfigFile => Path.Combine(Root, "signalbox.yaml");

    public string RootCertificate => Path.Combine(Authority, "root.pem");

    public string RootKey => Path.Combine(Authority, "root.key");

    /// <summary>Locked while the root is read, made or replaced.</summary>
    public string RootLock => Path.Combine(Authority, "root.lock");

    /// <summary>Where a root that is replaced goes, with the day and its fingerprint: nothing is lost, and what still trusts it can be told apart.</summary>
    public string RetiredRoot(DateTimeOffset day, string fingerprint) => Path.Combine(Authority, $"retired-{day:yyyyMMdd}-{fingerprint[..8].ToLowerInvariant()}");

    /// <summary>A user's own extra roots together with ours, one file for each such content: Node takes a single file.</summary>
    public string CombinedRoots(string hash) => Path.Combine(Authority, $"extra-{hash}.pem");

    /// <summary>What <c>trust</c> did, so that <c>untrust</c> undoes exactly that.</summary>
    public string TrustRecord => Path.Combine(Authority, "trust.json");

    /// <summary>Locked while <c>trust</c> or <c>untrust</c> works.</summary>
    public string TrustLock => Path.Combine(Authority, "trust.lock");

    /// <summary>The home told by <c>--home</c> or <c>SIGNALBOX_HOME</c>, or the default: <c>/var/lib/signalbox</c> for root, else the user's state directory (XDG).</summary>
    /// <param name="option">The command line's, or null.</param>
    /// <param name="variable">Looks up an environment variable.</param>
    /// <param name="isRoot">True when the effective user is root.</param>
    public static HomeLayout Locate(string? option, Func<string, string?> variable, bool isRoot)
    {
        var told = string.IsNullOrEmpty(option) ? variable("SIGNALBOX_HOME") : option;
        if (!string.IsNullOrEmpty(told)) return new HomeLayout(Path.GetFullPath(told));
        if (isRoot) return new HomeLayout("/var/lib/signalbox");
        var state = variable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state)) state = Path.Combine(variable("HOME") ?? "/", ".local", "state");
        return new HomeLayout(Path.Combine(state, "signalbox"));
    }
}
