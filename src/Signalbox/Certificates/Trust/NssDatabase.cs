using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Trust;

/// <summary>
/// One NSS database (cert9.db): what Chromium on Linux and Firefox everywhere look into for authorities of the user's own. Worked on with <c>certutil</c>, and
/// always with a password file holding the empty password, so that a database with another one fails plainly in place of asking on the terminal.
/// </summary>
internal sealed class NssDatabase(string browser, string directory, string certutil) : ITrustStore
{
    /// <summary>Trusted to sign servers' certificates; for mail and programs not at all.</summary>
    private const string Trust = "C,,";

    private static readonly string[] Files = ["cert9.db", "key4.db", "pkcs11.txt"];

    public string Name => $"{browser} ({directory})";

    /// <summary>True for a database that is not there yet and is to be made.</summary>
    public bool IsMissing => !File.Exists(Path.Combine(directory, Files[0]));

    public TrustEntry EntryFor(TrustedRoot root) =>
        new(TrustKind.Nss, directory, Naming.TrustNickname(root.Fingerprint), root.Fingerprint) { MadePlace = IsMissing };

    public async Task<TrustStep> InstallAsync(TrustedRoot root, bool interrupted, CancellationToken cancellation)
    {
        var nickname = Naming.TrustNickname(root.Fingerprint);
        var made = "";
        if (IsMissing)
        {
            if (MakeDirectory() is { } error) return Failed($"The database cannot be made: {error}", "Look at the directory's rights and run “signalbox trust” again.");
            var created = await RunAsync(["-N"], cancellation);
            if (!created.Succeeded)
                return Failed($"The database cannot be made: {created.Words}", "Start the browser once, which makes it, and run “signalbox trust” again.");
            made = "Made the database with an empty password. ";
        }

        var found = await HoldsAsync(nickname, root.Fingerprint, cancellation);
        if (found && !interrupted && await IsTrustedAsync(nickname, cancellation)) return new TrustStep(Name, TrustOutcome.Already, $"“{nickname}” is there.");
        var result = found
            ? await RunAsync(["-M", "-n", nickname, "-t", Trust], cancellation)
            : await RunAsync(["-A", "-n", nickname, "-t", Trust, "-i", root.Path], cancellation);
        if (result.Succeeded) return new TrustStep(Name, TrustOutcome.Done, $"{made}Added “{nickname}”.", "Restart the browser if it is open.");

        // With a password it does not know, certutil adds the certificate and only then fails to trust it.
        if (!found) await RunAsync(["-D", "-n", nickname], cancellation);
        return Failed($"The root was not added: {result.Words}",
            $"If the browser has a primary password, import {root.Path} in its settings, under Certificates, Authorities.");
    }

    public async Task<TrustStep> RemoveAsync(TrustEntry entry, bool interrupted, CancellationToken cancellation)
    {
        if (IsMissing) return new TrustStep(Name, TrustOutcome.Already, "The database was gone already.");
        var gone = !await HoldsAsync(entry.Name, entry.Fingerprint, cancellation);
        if (!gone)
        {
            var result = await RunAsync(["-D", "-n", entry.Name], cancellation);
            if (!result.Succeeded)
            {
                return Failed($"“{entry.Name}” was not removed: {result.Words}",
                    "Close the browser and run “signalbox untrust” again, or delete it in the browser's settings, under Certificates, Authorities.");
            }
        }

        var unmade = entry.MadePlace && await IsEmptyAsync(cancellation) && Unmake();
        return (gone, unmade) switch
        {
            (true, false) => new TrustStep(Name, TrustOutcome.Already, $"“{entry.Name}” was gone already."),
            (true, true) => new TrustStep(Name, TrustOutcome.Done, "Removed the database that had been made for it, which is empty."),
            (false, false) => new TrustStep(Name, TrustOutcome.Done, $"Removed “{entry.Name}”."),
            (false, true) => new TrustStep(Name, TrustOutcome.Done, $"Removed “{entry.Name}” and the database that had been made for it, which is empty."),
        };
    }

    private async Task<bool> HoldsAsync(string nickname, string fingerprint, CancellationToken cancellation)
    {
        var listed = await RunAsync(["-L", "-n", nickname, "-a"], cancellation);
        return listed.Succeeded && TrustedRoot.FingerprintOf(listed.Output) == fingerprint;
    }

    /// <summary>The list has one line a certificate, its nickname first and its trust last.</summary>
    private async Task<bool> IsTrustedAsync(string nickname, CancellationToken cancellation)
    {
        var lines = (await RunAsync(["-L"], cancellation)).Output.Split('\n');
        return lines.Any(line => line.StartsWith(nickname + " ", StringComparison.Ordinal) && line.TrimEnd().Split(' ')[^1].StartsWith('C'));
    }

    /// <summary>No certificate and no key of anybody: only then may a database go. The list has two lines of heading and says nothing else when empty.</summary>
    private async Task<bool> IsEmptyAsync(CancellationToken cancellation)
    {
        var certificates = await RunAsync(["-L"], cancellation);
        var keys = await RunAsync(["-K"], cancellation);
        var lines = certificates.Output.Split('\n').Where(line => line.Trim().Length > 0).ToList();
        return certificates.Succeeded && lines.Count == 2 && (keys.Errors + keys.Output).Contains("no keys found", StringComparison.Ordinal);
    }

    private TrustStep Failed(string detail, string advice) => new(Name, TrustOutcome.Failed, detail, advice);

    private string? MakeDirectory()
    {
        try
        {
            AtomicFile.MakeDirectory(directory);
            return null;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return error.Message;
        }
    }

    private bool Unmake()
    {
        try
        {
            foreach (var file in Files) File.Delete(Path.Combine(directory, file));
            if (Directory.EnumerateFileSystemEntries(directory).Any()) return true;
            Directory.Delete(directory);
            var parent = Path.GetDirectoryName(directory)!;
            if (Path.GetFileName(parent) == ".pki" && !Directory.EnumerateFileSystemEntries(parent).Any()) Directory.Delete(parent);
            return true;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return false;
        }
    }

    private async Task<CommandResult> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var password = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(password, "\n", cancellation);
            return await Command.RunAsync(certutil, [.. arguments, "-d", "sql:" + directory, "-f", password], cancellation);
        }
        finally
        {
            File.Delete(password);
        }
    }
}
