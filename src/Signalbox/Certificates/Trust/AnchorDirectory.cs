using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Trust;

/// <summary>
/// The system's own authorities on Linux: a directory that administrators add files to, and a program that makes the bundles from it which curl, git,
/// Python, .NET and others read. Needs root's rights; without them the exact command is told.
/// </summary>
internal sealed class AnchorDirectory(AnchorKind kind, string directory, string program) : ITrustStore
{
    public string Name => $"system ({directory})";

    /// <summary>The system's kind, found by what is there; null on a system of none of them.</summary>
    public static AnchorDirectory? Of(TrustPlaces places)
    {
        foreach (var kind in AnchorKind.All)
        {
            var directory = places.InSystem(kind.Directory);
            if (Directory.Exists(directory) && places.Program(kind.Program) is { } program) return new AnchorDirectory(kind, directory, program);
        }

        return null;
    }

    public TrustEntry EntryFor(TrustedRoot root)
    {
        var name = Naming.TrustFile(root.Fingerprint) + kind.Ending;
        return new TrustEntry(TrustKind.Anchors, Path.Combine(directory, name), name, root.Fingerprint);
    }

    public async Task<TrustStep> InstallAsync(TrustedRoot root, bool interrupted, CancellationToken cancellation)
    {
        var path = EntryFor(root).Place;
        var update = string.Join(' ', [program, .. kind.Update]);
        try
        {
            if (!interrupted && Holds(path, root.Fingerprint)) return new TrustStep(Name, TrustOutcome.Already, $"{path} is there.");
            AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(root.Pem), AtomicFile.Public);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new TrustStep(Name, TrustOutcome.Skipped, $"{path} cannot be written: {error.Message}",
                $"Run: sudo install -m 0644 {Quote(root.Path)} {Quote(path)} && sudo {update}");
        }

        var result = await Command.RunAsync(program, kind.Update, cancellation);
        return result.Succeeded
            ? new TrustStep(Name, TrustOutcome.Done, $"Wrote {path} and ran {update}.")
            : new TrustStep(Name, TrustOutcome.Failed, $"Wrote {path}, but {update} failed: {result.Words}", $"Run: sudo {update}");
    }

    public async Task<TrustStep> RemoveAsync(TrustEntry entry, bool interrupted, CancellationToken cancellation)
    {
        var path = entry.Place;
        var update = string.Join(' ', [program, .. kind.UpdateAfterRemoval]);
        try
        {
            if (File.Exists(path))
            {
                if (!Holds(path, entry.Fingerprint)) return new TrustStep(Name, TrustOutcome.Already, $"{path} holds something else now; it was left alone.");
                File.Delete(path);
            }
            else if (!interrupted)
            {
                return new TrustStep(Name, TrustOutcome.Already, $"{path} was gone already.");
            }
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new TrustStep(Name, TrustOutcome.Skipped, $"{path} cannot be removed: {error.Message}", $"Run: sudo rm {Quote(path)} && sudo {update}");
        }

        var result = await Command.RunAsync(program, kind.UpdateAfterRemoval, cancellation);
        return result.Succeeded
            ? new TrustStep(Name, TrustOutcome.Done, $"Removed {path} and ran {update}.")
            : new TrustStep(Name, TrustOutcome.Failed, $"Removed {path}, but {update} failed: {result.Words}", $"Run: sudo {update}");
    }

    private static bool Holds(string path, string fingerprint) => File.Exists(path) && TrustedRoot.FingerprintOf(File.ReadAllText(path)) == fingerprint;

    /// <summary>For a command to copy into a POSIX shell.</summary>
    private static string Quote(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c)) ? path : "'" + path.Replace("'", "'\\''") + "'";
}
