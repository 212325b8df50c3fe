using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Certificates.Trust;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates;

/// <summary>
/// A machine in a directory: a user's home, a system root with Debian's directories, and programs. Debian's own update-ca-certificates and NSS's own
/// certutil work in it; nothing outside is touched.
/// </summary>
internal sealed class TrustMachine : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("signalbox-trust-").FullName;
    private readonly TemporaryHome _home = new();

    public TrustMachine()
    {
        foreach (var directory in new[] { UserHome, Anchors, Bundles, Programs, Path.Combine(_root, "system/distribution") }) Directory.CreateDirectory(directory);
        // One authority of the distribution's own: the program never writes an empty bundle.
        var other = RootCertificate.Make(NameConstraints.For([]).Value!, "distribution", DateTimeOffset.UtcNow);
        File.WriteAllText(Path.Combine(_root, "system/distribution/distribution.crt"), other.Certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(_root, "system/ca-certificates.conf"), "distribution.crt\n");
        Script("update-ca-certificates", $"""
            echo "$@" >> "{_root}/updates"
            exec /usr/sbin/update-ca-certificates --certsconf "{_root}/system/ca-certificates.conf" \
              --certsdir "{_root}/system/distribution" --hooksdir "{_root}/system/hooks" \
              --localcertsdir "{Anchors}" --etccertsdir "{Bundles}" "$@"
            """);
        File.CreateSymbolicLink(Path.Combine(Programs, "certutil"), "/usr/bin/certutil");
        MakeRoot();
    }

    public HomeLayout Home => _home.Layout;

    public string UserHome => Path.Combine(_root, "user");

    public string Anchors => Path.Combine(_root, "system/usr/local/share/ca-certificates");

    public string Bundle => Path.Combine(Bundles, "ca-certificates.crt");

    public string Programs => Path.Combine(_root, "bin");

    public string Bundles => Path.Combine(_root, "system/etc/ssl/certs");

    public int Updates => File.Exists(Path.Combine(_root, "updates")) ? File.ReadAllLines(Path.Combine(_root, "updates")).Length : 0;

    public string Chromium => Path.Combine(UserHome, ".pki/nssdb");

    public TrustPlaces Places => new(UserHome, Path.Combine(UserHome, ".local/share"), Path.Combine(UserHome, ".config"),
        Path.Combine(_root, "system"), [Programs])
    {
        IsMacOS = false,
    };

    public Task<IReadOnlyList<TrustStep>> InstallAsync() => new TrustStores(Places).InstallAsync(Home, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<TrustStep>> RemoveAsync() => new TrustStores(Places).RemoveAsync(Home, TestContext.Current.CancellationToken);

    public string MakeRoot(params string[] domains)
    {
        var opened = Authority.Open(Home, ["localhost", .. domains], TimeProvider.System, NullLogger.Instance);
        return opened.Value!.Root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
    }

    public void Script(string name, string body)
    {
        var path = Path.Combine(Programs, name);
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public async Task<string> MakeDatabaseAsync(string directory, string password = "")
    {
        var path = Path.Combine(UserHome, directory);
        Directory.CreateDirectory(path);
        var file = Path.Combine(_root, "password");
        await File.WriteAllTextAsync(file, password + "\n");
        (await Tool.RunAsync("certutil", "-N", "-d", "sql:" + path, "-f", file)).Exit.ShouldBe(0);
        return path;
    }

    public static async Task<string> ListAsync(string directory) => (await Tool.RunAsync("certutil", "-L", "-d", "sql:" + directory)).Output;

    public void Dispose()
    {
        _home.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
