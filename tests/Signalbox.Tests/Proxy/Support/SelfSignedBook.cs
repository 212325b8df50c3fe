using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>Certificates in memory, each signed by itself, for names under localhost.</summary>
internal sealed class SelfSignedBook : ICertificateBook
{
    private readonly ConcurrentDictionary<string, ServerCertificate> _made = new();

    /// <summary>Every request made of the book.</summary>
    public ConcurrentQueue<(string Host, bool Keep)> Asked { get; } = new();

    /// <summary>One for every name, made beforehand, for a test that opens so many connections that making one for each would hold them up.</summary>
    public ServerCertificate? Only { get; set; }

    public bool Covers(string host) => HostName.IsWithin(host, "localhost");

    public ValueTask<ServerCertificate?> FindAsync(string host, bool keep)
    {
        Asked.Enqueue((host, keep));
        if (Only is { } only) return new(only);
        return new(Covers(host) ? _made.GetOrAdd(host, name => new ServerCertificate(Make(name), [])) : null);
    }

    public static X509Certificate2 Make(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        // Through PKCS #12, for a key that exists only in memory is not taken by every TLS library.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
