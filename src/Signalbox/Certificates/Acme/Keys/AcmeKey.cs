using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme.Keys;

/// <summary>A private key: an account's or a certificate's. Safe to use from several threads.</summary>
internal sealed class AcmeKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    // Neither ECDsa nor RSA promises to be safe for concurrent use.
    private readonly Lock _signing = new();

    private AcmeKey(AsymmetricAlgorithm key, KeyKind kind)
    {
        _key = key;
        Kind = kind;
        Jwk = key is ECDsa curve
            ? Jwk.Of(curve.ExportParameters(includePrivateParameters: false), kind == KeyKind.EcdsaP256 ? "P-256" : "P-384")
            : Jwk.Of(((RSA)key).ExportParameters(includePrivateParameters: false));
        PublicKeyInfo = key.ExportSubjectPublicKeyInfo();
    }

    public KeyKind Kind { get; }

    public Jwk Jwk { get; }

    /// <summary>SubjectPublicKeyInfo, DER: what a certificate for this key carries.</summary>
    public ReadOnlyMemory<byte> PublicKeyInfo { get; }

    /// <summary>The <c>alg</c> of its signatures (RFC 7518 3.1).</summary>
    public string Algorithm => Kind switch
    {
        KeyKind.EcdsaP256 => "ES256",
        KeyKind.EcdsaP384 => "ES384",
        _ => "RS256",
    };

    private HashAlgorithmName Hash => Kind == KeyKind.EcdsaP384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    /// <summary>A new key. RSA of 4096 bits takes a second or more of processor time: not for a loop's thread.</summary>
    public static AcmeKey Generate(KeyKind kind = KeyKind.EcdsaP256) => kind switch
    {
        KeyKind.EcdsaP256 => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), kind),
        KeyKind.EcdsaP384 => new(ECDsa.Create(ECCurve.NamedCurves.nistP384), kind),
        KeyKind.Rsa2048 => new(RSA.Create(2048), kind),
        KeyKind.Rsa3072 => new(RSA.Create(3072), kind),
        KeyKind.Rsa4096 => new(RSA.Create(4096), kind),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>A key of PKCS #8, SEC 1 or PKCS #1 in PEM, or why it is none we can use.</summary>
    public static Outcome<AcmeKey> FromPem(string subject, string pem)
    {
        var curve = ECDsa.Create();
        if (TryImport(curve, pem))
        {
            if (curve.KeySize is 256 or 384) return new AcmeKey(curve, curve.KeySize == 256 ? KeyKind.EcdsaP256 : KeyKind.EcdsaP384);
            var size = curve.KeySize;
            curve.Dispose();
            return Invalid(subject, $"An elliptic curve of {size} bits is not supported.");
        }

        curve.Dispose();
        var rsa = RSA.Create();
        if (TryImport(rsa, pem))
        {
            switch (rsa.KeySize)
            {
                case 2048: return new AcmeKey(rsa, KeyKind.Rsa2048);
                case 3072: return new AcmeKey(rsa, KeyKind.Rsa3072);
                case 4096: return new AcmeKey(rsa, KeyKind.Rsa4096);
            }

            var size = rsa.KeySize;
            rsa.Dispose();
            return Invalid(subject, $"An RSA key of {size} bits is not supported.");
        }

        rsa.Dispose();
        return Invalid(subject, "This is no private key in PEM.");
    }

    /// <summary>PKCS #8 in PEM.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>RFC 7518 3.3 and 3.4: RSASSA-PKCS1-v1_5 with SHA-256; for ECDSA the two numbers side by side, not DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_signing)
        {
            return _key is ECDsa curve
                ? curve.SignData(data, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : ((RSA)_key).SignData(data, Hash, RSASignaturePadding.Pkcs1);
        }
    }

    /// <summary>A request for a certificate over this key, to be filled with extensions.</summary>
    public CertificateRequest Request(X500DistinguishedName subject) =>
        _key is ECDsa curve ? new(subject, curve, Hash) : new(subject, (RSA)_key, Hash, RSASignaturePadding.Pkcs1);

    /// <summary>The certificate together with this key, which is the one it was issued for.</summary>
    /// <exception cref="ArgumentException">It was issued for another.</exception>
    public X509Certificate2 Join(X509Certificate2 certificate) => Exclusively(() => _key is ECDsa curve ? certificate.CopyWithPrivateKey(curve) : certificate.CopyWithPrivateKey((RSA)_key));

    /// <summary>Runs what signs with the key inside it (a certificate request), one at a time.</summary>
    public T Exclusively<T>(Func<T> work)
    {
        lock (_signing) return work();
    }

    public void Dispose() => _key.Dispose();

    private static bool TryImport(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);

            // A public key alone imports as well, and fails only here.
            _ = key.ExportPkcs8PrivateKey();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private static Problem Invalid(string subject, string text) =>
        new(ProblemType.InvalidConfig, ProblemSide.Request, subject, text, "Use ECDSA P-256 or P-384, or RSA of 2048, 3072 or 4096 bits.");
}
