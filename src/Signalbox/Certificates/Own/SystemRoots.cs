using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Chains;

namespace Signalbox.Certificates.Own;

/// <summary>The roots this system trusts. Nothing is fetched from anywhere.</summary>
internal sealed class SystemRoots(Func<IReadOnlyList<X509Certificate2>> load, TimeProvider time)
{
    /// <summary>Reading the system's takes tens of milliseconds, and somebody who has just added one tries again within a minute.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private ILookup<string, X509Certificate2>? _bySubject;
    private DateTimeOffset _read;

    public SystemRoots(TimeProvider time)
        : this(OfThisSystem, time)
    {
    }

    /// <summary>True when a root that is good now signed the certificate.</summary>
    public bool Signed(X509Certificate2 certificate)
    {
        var now = time.GetUtcNow();
        return Roots(now)[Key(certificate.IssuerName)].Any(root => root.NotAfter > now && CertificateSignature.IsBy(certificate, root));
    }

    private ILookup<string, X509Certificate2> Roots(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_bySubject is null || now - _read > Fresh)
            {
                _bySubject = load().ToLookup(root => Key(root.SubjectName));
                _read = now;
            }

            return _bySubject;
        }
    }

    private static string Key(X500DistinguishedName name) => Convert.ToHexString(name.RawData);

    private static List<X509Certificate2> OfThisSystem()
    {
        var roots = new List<X509Certificate2>();
        foreach (var location in new[] { StoreLocation.LocalMachine, StoreLocation.CurrentUser })
        {
            try
            {
                using var store = new X509Store(StoreName.Root, location, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
                roots.AddRange(store.Certificates);
            }
            catch (CryptographicException)
            {
                // There is no such store on this system: it trusts nobody by it.
            }
        }

        return roots;
    }
}
