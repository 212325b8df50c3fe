using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>
/// The root on disk: made once, read ever after, replaced only when it no longer serves, never because it is damaged. One process at a time does any
/// of it (<see cref="HomeLayout.RootLock"/>); who waited looks again and finds the other's root.
/// <para>Key and certificate are two files, so the order makes the pair whole: both are staged, the key gets its name first, the certificate last. A staged
/// certificate that fits the key in force is therefore a change interrupted between the two renames, and is finished; any other is one that never began.</para>
/// </summary>
internal sealed class RootFiles(HomeLayout home, ILogger logger)
{
    /// <summary>A root this near its end is replaced: a leaf's life and as much again to run <c>trust</c> in.</summary>
    private static readonly TimeSpan LastDays = TimeSpan.FromDays(30);

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Others may read the root's certificate, if the home itself lets them: that is what they trust.</summary>
    private const UnixFileMode Directories = AtomicFile.PrivateDirectory | UnixFileMode.GroupRead | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The root in force, and what to tell people when it is a new one in place of another.</summary>
    public Outcome<(RootCertificate Root, string? Notice)> Open(NameConstraints wanted, DateTimeOffset now)
    {
        try
        {
            AtomicFile.MakeDirectory(home.Authority, Directories);
            using var held = TakeLock();
            if (held is not null) FinishOrDrop();
            var existing = Read();
            if (!existing.Succeeded) return Outcome<(RootCertificate, string?)>.Failed(existing.Problems);
            if (existing.Value.Root is not { } root) return (Make(wanted, now), null);
            Guard();
            return Why(root, wanted, now) is { } reason ? Replace(root, reason, wanted, now) : (root, null);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.HomeUnusable, ProblemSide.System, home.Authority, $"The local authority cannot be kept there: {error.Message}",
                "Make the directory writable, free some space, or choose another home with --home.");
        }
    }

    /// <summary>Null on a read-only home that has its root: nothing will be written, so nothing needs the lock.</summary>
    private WaitingLock? TakeLock()
    {
        try
        {
            return WaitingLock.Take(home.RootLock);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error) && File.Exists(home.RootKey) && File.Exists(home.RootCertificate))
        {
            return null;
        }
    }

    private void FinishOrDrop()
    {
        var staged = AtomicFile.Temporary(home.RootCertificate);
        if (File.Exists(staged) && File.Exists(home.RootKey) && Pair(staged).Succeeded)
        {
            AtomicFile.Publish(home.RootCertificate);
            logger.LogInformation("Finished putting the root certificate in place, which had been interrupted: {Path}", home.RootCertificate);
        }

        // Only what is there: on a read-only disk even removing nothing can fail.
        foreach (var leftover in new[] { staged, AtomicFile.Temporary(home.RootKey) }.Where(File.Exists)) File.Delete(leftover);
    }

    private Outcome<Existing> Read() => (File.Exists(home.RootKey), File.Exists(home.RootCertificate)) switch
    {
        (false, false) => new Existing(null),
        (true, true) => Pair(home.RootCertificate),
        (true, false) => Damaged(home.RootCertificate, "The root certificate is missing while its key is there."),
        (false, true) => Damaged(home.RootKey, "The root's private key is missing while its certificate is there."),
    };

    /// <summary>The key in force with a certificate, which must belong to it.</summary>
    private Outcome<Existing> Pair(string certificatePath)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath));
        }
        catch (CryptographicException)
        {
            return Damaged(certificatePath, "The root certificate is damaged.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(home.RootKey));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return Damaged(home.RootKey, "The root's private key is damaged.");
        }

        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo()))
            return Damaged(home.RootKey, "The root's private key belongs to another certificate.");
        return NameConstraints.Of(certificate) is { } constraints
            ? new Existing(new RootCertificate(certificate, key, constraints))
            : Damaged(certificatePath, "The root certificate carries no name constraints, so it is none that Signalbox made.");
    }

    /// <summary>Why the root no longer serves; null when it does.</summary>
    private static string? Why(RootCertificate root, NameConstraints wanted, DateTimeOffset now)
    {
        var missing = wanted.Domains.Where(domain => !root.Constraints.Permits(domain)).ToList();
        if (missing.Count > 0) return $"the one before may not sign for {string.Join(", ", missing)}";
        var end = new DateTimeOffset(root.Certificate.NotAfter);
        return end - now < LastDays ? $"the one before ends on {end:yyyy-MM-dd}" : null;
    }

    private (RootCertificate Root, string? Notice) Replace(RootCertificate old, string reason, NameConstraints wanted, DateTimeOffset now)
    {
        // 1. The old pair is safe aside before anything of it is overwritten. 2. The new pair.
        var aside = home.RetiredRoot(now, old.Fingerprint);
        AtomicFile.MakeDirectory(aside, AtomicFile.PrivateDirectory);
        AtomicFile.Write(Path.Combine(aside, "root.pem"), File.ReadAllBytes(home.RootCertificate), AtomicFile.Public);
        AtomicFile.Write(Path.Combine(aside, "root.key"), File.ReadAllBytes(home.RootKey), AtomicFile.Secret);
        var root = Make(wanted, now);
        var notice = $"The local authority has a new root certificate, because {reason}. " +
            $"Browsers do not trust it yet: run “signalbox trust” again. The old one is kept in {aside}.";
        logger.LogWarning("{Notice}", notice);
        return (root, notice);
    }

    private RootCertificate Make(NameConstraints constraints, DateTimeOffset now)
    {
        var root = RootCertificate.Make(constraints, $"{Environment.UserName}@{Environment.MachineName}", now);
        AtomicFile.Stage(home.RootKey, Encoding.ASCII.GetBytes(root.Key.ExportPkcs8PrivateKeyPem() + "\n"), AtomicFile.Secret);
        AtomicFile.Stage(home.RootCertificate, Encoding.ASCII.GetBytes(root.Certificate.ExportCertificatePem() + "\n"), AtomicFile.Public);
        AtomicFile.Publish(home.RootKey);
        AtomicFile.Publish(home.RootCertificate);
        logger.LogInformation("Made the local authority's root certificate for {Domains}: {Path}", constraints, home.RootCertificate);
        return root;
    }

    /// <summary>A key that others could read (a copied home, a restored backup) is closed again.</summary>
    private void Guard()
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(home.RootKey) & Others) == 0) return;
        try
        {
            File.SetUnixFileMode(home.RootKey, AtomicFile.Secret);
            logger.LogWarning("The root's private key was open to others; it is now readable by its owner alone: {Path}", home.RootKey);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            logger.LogWarning("The root's private key is open to others and this cannot be changed ({Reason}): {Path}", error.Message, home.RootKey);
        }
    }

    private Problem Damaged(string path, string text) => new(ProblemType.StoreDamaged, ProblemSide.Daemon, path, text,
        $"Restore it from a backup; or remove both {home.RootKey} and {home.RootCertificate}, start again, and run “signalbox trust”.");

    private sealed record Existing(RootCertificate? Root);
}
