using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Own;

namespace Signalbox.Tests.Model;

/// <summary>Which links of a chain clients are shown.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly OwnCa _ca = new();

    public void Dispose() => _ca.Dispose();

    /// <summary>A self-signed root beside the certificate that leads from it to an older one ended the chain, and clients that know only the older one refused the name.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Context_RootBesideItsCrossSignature_ShowsWhatLeadsOn(bool rootFirst)
    {
        var (old, crossSigned) = _ca.CrossSign();
        using var _ = old;
        using var cross = X509Certificate2.CreateFromPem(crossSigned);
        Shown(rootFirst ? [_ca.Intermediate, _ca.Root, cross] : [cross, _ca.Intermediate, _ca.Root]).ShouldBe([("CN=Own Intermediate", "CN=Own Root"), ("CN=Own Root", "CN=Old Root")]);
    }

    [Fact]
    public void Context_ChainWithItsRoot_ShowsNoRoot() => Shown([_ca.Intermediate, _ca.Root]).ShouldBe([("CN=Own Intermediate", "CN=Own Root")]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Context_FormerCertificateOfAnIntermediateBesideThePresentOne_ShowsThePresentOne(bool formerFirst)
    {
        using var leaf = Leaf();
        var context = new ServerCertificate(leaf, formerFirst ? [_ca.EndedIntermediate, _ca.Intermediate] : [_ca.Intermediate, _ca.EndedIntermediate]).ToContext();
        context.IntermediateCertificates.ShouldHaveSingleItem().SerialNumber.ShouldBe(_ca.Intermediate.SerialNumber);
    }

    [Fact]
    public void Context_NoChain_ShowsTheLeafAlone() => Shown([]).ShouldBeEmpty();

    private List<(string Subject, string Issuer)> Shown(X509Certificate2Collection chain)
    {
        using var leaf = Leaf();
        return [.. new ServerCertificate(leaf, chain).ToContext().IntermediateCertificates.Select(link => (link.Subject, link.Issuer))];
    }

    private X509Certificate2 Leaf()
    {
        var leaf = _ca.Issue("www.example.com");
        return X509Certificate2.CreateFromPem(leaf.Certificate, leaf.Key);
    }
}
