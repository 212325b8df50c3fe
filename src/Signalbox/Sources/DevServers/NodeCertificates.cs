using System.Text;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Sources.DevServers;

/// <summary>
/// The file for <c>NODE_EXTRA_CA_CERTS</c>, of which Node reads one. A user who has set it already keeps those roots: both are written into one file,
/// named by its content's hash, so that it is written once and never changes under a process that reads it.
/// </summary>
internal static class NodeCertificates
{
    /// <summary>The file to set, or why the user's own stays in place.</summary>
    /// <param name="home">Where a combined file goes.</param>
    /// <param name="root">The authority's root certificate.</param>
    /// <param name="users">What the user has set; null or empty when nothing.</param>
    public static Outcome<string> Combine(HomeLayout home, string root, string? users)
    {
        if (string.IsNullOrEmpty(users) || Path.GetFullPath(users) == Path.GetFullPath(root)) return root;
        // Node itself only warns of a file it cannot read and goes on without; so it adds nothing here either.
        if (SmallFile.Read(users) is not { } theirs) return root;
        if (SmallFile.Read(root) is not { } ours) return Kept(users, $"The root certificate {root} cannot be read.");
        if (theirs.Contains(ours.Trim(), StringComparison.Ordinal)) return users;
        var both = theirs.TrimEnd() + "\n" + ours.TrimEnd() + "\n";
        var file = home.CombinedRoots(Naming.Hash(both));
        try
        {
            if (File.Exists(file)) return file;
            // Fifty commands may start at once with the same roots: the first writes, the others find the file there.
            using var turn = WaitingLock.Take(file + ".lock");
            if (!File.Exists(file)) AtomicFile.Write(file, Encoding.UTF8.GetBytes(both), AtomicFile.Public);
            return file;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return Kept(users, $"It cannot be joined with Signalbox's root in {file}: {error.Message}");
        }
    }

    private static Problem Kept(string users, string why) => new(ProblemType.HomeUnusable, ProblemSide.System, users, why,
        "NODE_EXTRA_CA_CERTS stays as it is; Node programs will not trust names served by Signalbox.");
}
