using System.Text.Json;

namespace Signalbox.Benchmarks.Certification;

/// <summary>Certificates written as Caddy keeps those it was issued: a folder a name, in a folder of the CA, with certificate, key and what is known of them.</summary>
internal static class CaddyStorage
{
    /// <param name="root">Its data folder.</param>
    /// <param name="directory">The CA's ACME directory.</param>
    /// <param name="certificates">What is to be there.</param>
    public static async Task WriteAsync(string root, Uri directory, IReadOnlyList<StoredCertificate> certificates)
    {
        // The CA's folder is named by the directory without its scheme, with what no file name should have as hyphens.
        var issuer = $"{directory.Authority}{directory.AbsolutePath}".Replace('/', '-').Replace(":", "-", StringComparison.Ordinal);
        foreach (var certificate in certificates)
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, "certificates", issuer, certificate.Name)).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, certificate.Name + ".crt"), $"{certificate.Leaf}\n{certificate.Chain}\n");
            await File.WriteAllTextAsync(Path.Combine(folder, certificate.Name + ".key"), certificate.Key + "\n");
            await File.WriteAllTextAsync(Path.Combine(folder, certificate.Name + ".json"), JsonSerializer.Serialize(new { sans = new[] { certificate.Name }, issuer_data = new { url = directory.ToString() } }));
        }
    }
}
