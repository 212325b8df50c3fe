using System.Text;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Book;

/// <summary>The files of public certificates, one a name: key, leaf and chain in one file that is replaced whole, so that a crash never leaves a key beside another's certificate.</summary>
internal sealed class CertificateShelf(HomeLayout home)
{
    /// <summary>The kept certificate. Problems: <see cref="ProblemType.StoreDamaged"/> when the file is not there or is damaged, <see cref="ProblemType.HomeUnusable"/> when it cannot be read at present.</summary>
    public Outcome<HeldCertificate> Read(string name)
    {
        var path = home.PublicCertificate(name);
        var held = Parse(path);
        return held.Succeeded && !held.Value.Names.Contains(name) ? Damaged(path, $"it is for {held.Value.Names}, not for {name}") : held;
    }

    /// <summary>The certificate that lies there for the name; null when there is none, or none that could be used.</summary>
    public HeldCertificate? Find(string name) => File.Exists(home.PublicCertificate(name)) && Read(name) is { Succeeded: true } read ? read.Value : null;

    /// <summary>The files that lie here and belong to none of these names: with what is in them, or without where it cannot be used.</summary>
    public IEnumerable<(string Path, HeldCertificate? Certificate)> Strays(IEnumerable<string> names)
    {
        if (!Directory.Exists(home.PublicCertificates)) yield break;
        var known = names.Select(home.PublicCertificate).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(home.PublicCertificates).Where(path => !known.Contains(path)))
        {
            var read = Parse(path);
            yield return (path, read.Succeeded ? read.Value : null);
        }
    }

    /// <summary>The name under which a certificate lies in a file; null when the file is named by none of its names.</summary>
    public string? NameOf(string path, HeldCertificate certificate) => certificate.Names.FirstOrDefault(name => home.PublicCertificate(name) == path);

    /// <summary>Removes what lies there for the name. What cannot be removed stays, and is of no use to anybody but its owner.</summary>
    public void Discard(string name) => Remove(home.PublicCertificate(name));

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // The next start finds it again.
        }
    }

    /// <summary>Keeps the certificate under the name. Problems: <see cref="ProblemType.StoreFull"/>; then the file is what it was.</summary>
    public Problem? Write(string name, HeldCertificate certificate) => Write(home.PublicCertificate(name), certificate.Pem);

    /// <summary>Makes the directory where it is missing and writes a secret into it. Problems: <see cref="ProblemType.StoreFull"/>; then the file is what it was.</summary>
    public static Problem? Write(string path, string content)
    {
        try
        {
            AtomicFile.MakeDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(content), AtomicFile.Secret);
            return null;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.StoreFull, ProblemSide.System, path, $"The file cannot be written: {error.Message.TrimEnd('.')}.",
                "Free some space, or give this user the right to write there; it is tried again by itself.", Retry: true);
        }
    }

    private static Outcome<HeldCertificate> Parse(string path)
    {
        try
        {
            var pem = File.ReadAllText(path);
            var held = HeldCertificate.Parse(path, pem, pem);
            return held.Succeeded ? held : Damaged(path, held.Problem.Text.TrimEnd('.'));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Damaged(path, "the file is not there");
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // Not being able to look is no damage: what cannot be read now may be sound.
            return new Problem(ProblemType.HomeUnusable, ProblemSide.System, path, $"The kept certificate cannot be read: {error.Message.TrimEnd('.')}.", "Give this user the right to read it; it is tried again at the next handshake.", Retry: true);
        }
    }

    private static Problem Damaged(string path, string reason) =>
        new(ProblemType.StoreDamaged, ProblemSide.System, path, $"The kept certificate cannot be used: {reason}.", "It is ordered anew by itself.", Retry: true);
}
