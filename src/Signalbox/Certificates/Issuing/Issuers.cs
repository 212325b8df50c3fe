using System.Collections.Concurrent;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;

namespace Signalbox.Certificates.Issuing;

/// <summary>The CAs of one config, each with a wire of its own; what is kept of them is shared with the configs before and after.</summary>
internal sealed class Issuers(ManagerOptions options, CaStates states, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<(string Issuer, Uri Directory), AcmeClient> _clients = new();

    /// <summary>An issuer's CA, or the one of its staging directory.</summary>
    public Ca Of(IssuerSettings issuer, Uri directory) => new(issuer, directory, states.Of(directory),
        _clients.GetOrAdd((issuer.Name, directory), key => new AcmeClient(new AcmeServer(key.Directory) { Roots = issuer.Roots }, time)));

    /// <summary>The CA a certificate came from; null when the config has it no more. Where that is not known it is taken for the only one there is: another one would say that it is not its own.</summary>
    public Ca? Of(CertificateRecord certificate)
    {
        var issuer = options.Issuers.FirstOrDefault(issuer => IsOf(certificate, issuer));
        if (issuer is null && certificate is { Directory: null, Issuer: "" } && options.Issuers.Count == 1) issuer = options.Issuers[0];
        return issuer is null ? null : Of(issuer, issuer.Directory);
    }

    /// <summary>Whether this very CA issued it. Written down before directories were, it is known by the issuer's name alone.</summary>
    public static bool IsOf(CertificateRecord certificate, IssuerSettings issuer) => certificate.Directory is { } directory ? directory == issuer.Directory : certificate.Issuer == issuer.Name;

    public void Dispose()
    {
        foreach (var client in _clients.Values) client.Dispose();
    }
}
