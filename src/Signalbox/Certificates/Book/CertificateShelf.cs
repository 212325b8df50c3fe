using System.Text;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Book;

/// <summary>The files of public certificates, one a name: key, leaf and chain in one file that is replaced whole, so that a crash never leaves a key beside another's certificate.</summary>
internal sealed class CertificateShelf(HomeLayout home)
{
    /// <summary>The kept certificate. Problems: the file is not there, cannot be read, or is damaged.</summary>
    public Outcome<HeldCertificate> Read(string name)
    {
        var path = home.PublicCertificate(name);
        try
        {
            var pem = File.ReadAllText(path);
            var held = HeldCertificate.Parse(path, pem, pem);
            if (held.Succeeded && !held.Value.Names.Contains(name)) return Damaged(path, $"it is for {held.Value.Names}, not for {name}");
            return held.Succeeded ? held : Damaged(path, held.Problem.Text.TrimEnd('.'));
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return Damaged(path, error.Message.TrimEnd('.'));
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

    private static Problem Damaged(string path, string reason) =>
        new(ProblemType.StoreDamaged, ProblemSide.System, path, $"The kept certificate cannot be used: {reason}.", "It is ordered anew by itself.", Retry: true);
}
