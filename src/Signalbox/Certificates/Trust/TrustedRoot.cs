using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Trust;

/// <summary>The certificate that is to be trusted.</summary>
/// <param name="Path">Its file in the home.</param>
/// <param name="Pem">Its text.</param>
/// <param name="Fingerprint">Upper-case hex of its SHA-256.</param>
/// <param name="Thumbprint">Upper-case hex of its SHA-1, which the macOS keychain knows certificates by.</param>
internal sealed record TrustedRoot(string Path, string Pem, string Fingerprint, string Thumbprint)
{
    public static Outcome<TrustedRoot> Load(HomeLayout home)
    {
        var path = home.RootCertificate;
        try
        {
            var pem = File.ReadAllText(path);
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return new TrustedRoot(path, pem, certificate.GetCertHashString(HashAlgorithmName.SHA256), certificate.Thumbprint);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Problem(ProblemType.NotFound, ProblemSide.Daemon, path, "This home has no root certificate yet.", "Run “signalbox up” once; it makes one.");
        }
        catch (Exception error) when (error is CryptographicException || AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.StoreDamaged, ProblemSide.Daemon, path, $"The root certificate cannot be read: {error.Message}",
                "Look at the file's rights and content.");
        }
    }

    /// <summary>The fingerprint of a PEM text's certificate; null when there is none.</summary>
    public static string? FingerprintOf(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.GetCertHashString(HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
