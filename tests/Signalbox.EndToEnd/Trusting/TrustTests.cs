using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Trusting;

/// <summary>
/// <c>trust</c> and <c>untrust</c> with the system's real tools. They run in a mount namespace of their own, on copies of the system's authorities, and with a
/// home directory of the test's: nothing of the machine or its user is touched.
/// </summary>
public sealed class TrustTests
{
    /// <summary>
    /// Copies the system's directories onto file systems of this namespace, then runs the commands one after the other and tells each exit code. Arguments:
    /// the program, the URL.
    /// </summary>
    private const string Script = """
        set -e
        for directory in /etc/ssl /etc/ca-certificates /usr/local/share/ca-certificates; do
          [ -d "$directory" ] || continue
          saved=$(mktemp -d); cp -a "$directory/." "$saved"
          mount -t tmpfs none "$directory"; cp -a "$saved/." "$directory"; rm -r "$saved"
        done
        cp /etc/ca-certificates.conf "$HOME/conf" 2>/dev/null && mount --bind "$HOME/conf" /etc/ca-certificates.conf || true
        # Once with nothing to add: what the system's own program changes by itself is no doing of ours.
        update-ca-certificates --fresh >/dev/null 2>&1
        look() { find /etc/ssl /etc/ca-certificates* /usr/local/share/ca-certificates "$HOME/.pki" 2>/dev/null | sort; sha256sum /etc/ssl/certs/ca-certificates.crt; }
        run() { name=$1; shift; code=0; "$@" || code=$?; echo "$name exited $code"; }
        look >"$HOME/before"
        run before curl --silent --show-error "$2"
        run trust "$1" trust
        run trusted curl --silent --show-error --write-out '\n' "$2"
        echo "nss: $(certutil -L -d "sql:$HOME/.pki/nssdb" | grep -ci signalbox)"
        run again "$1" trust
        run untrust "$1" untrust
        run after curl --silent --show-error "$2"
        look | diff "$HOME/before" - && echo "everything is as it was"
        """;

    [Fact]
    public async Task Trust_ThenUntrust_ProgramsTrustTheRootAndEverythingIsAsItWas()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("page");
        await home.UpAsync();
        await home.Admin.AddAsync("page.localhost", backend.Target);
        string[] unshare = Environment.IsPrivilegedProcess ? ["--mount"] : ["--map-root-user", "--mount"];
        var all = home.Start("unshare", [.. unshare, "sh", "-c", Script, "sh", Product.Program, home.Url("page.localhost")]);
        (await all.ExitAsync()).ShouldBe(0, all.Transcript);

        // 60 is curl's code for an issuer it does not know.
        string[] steps = ["before exited 60", "trust exited 0", "trusted exited 0", "nss: 1", "again exited 0", "untrust exited 0", "after exited 60", "everything is as it was"];
        foreach (var step in steps) all.Output.ShouldContain(step, all.Transcript);
        all.Output.ShouldContain("page", all.Transcript);
    }
}
