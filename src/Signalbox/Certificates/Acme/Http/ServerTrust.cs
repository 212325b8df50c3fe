using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>Whose certificate a CA's own HTTPS may show: the system's roots, a file's, or both.</summary>
internal static class ServerTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static SslClientAuthenticationOptions Options(TrustedRoots? roots)
    {
        var options = new SslClientAuthenticationOptions();
        if (roots is null) return options;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None && !roots.Only) return true;

            // Only the question of the root is asked again: a wrong name, or no certificate at all, stays wrong.
            if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None || certificate is null) return false;
            return LeadsTo(roots, certificate, chain);
        };
        return options;
    }

    private static bool LeadsTo(TrustedRoots roots, X509Certificate shown, X509Chain? system)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots.Certificates);

        // A private CA seldom publishes lists of revoked certificates, and the framework asks nobody for public ones either.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in system?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        if (system is not null) chain.ChainPolicy.ExtraStore.AddRange(system.ChainPolicy.ExtraStore);
        using var leaf = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        return chain.Build(leaf);
    }
}
