using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Host;

/// <summary>What is told of certificates, wherever they come from.</summary>
internal sealed class CertificateWords(Authority authority, CertificateManager manager, TimeProvider time)
{
    /// <summary>The local authority's, then the public ones by name.</summary>
    public IReadOnlyList<CertificateReport> List()
    {
        var (unready, now) = (manager.Unready, time.GetUtcNow());
        return [.. authority.List(), .. manager.All().Select(state => CertificateReports.Of(state, unready, now))];
    }

    /// <summary>One host's, for <c>why</c>: its own, else its wildcard's.</summary>
    public CertificateReport Describe(string host)
    {
        if (authority.Covers(host)) return authority.Describe(host);
        return (Known(host) ?? (HostName.WildcardOf(host) is { } wildcard ? Known(wildcard) : null)) is { } state ? CertificateReports.Of(state, manager.Unready, time.GetUtcNow()) : authority.Describe(host);
    }

    /// <summary>One certificate with all that is known of it.</summary>
    public Outcome<CertificateReport> Show(string text)
    {
        var host = HostName.Parse(text);
        if (!host.Succeeded) return Outcome<CertificateReport>.Failed(host.Problems);
        return manager.Find(host.Value) is { } state ? CertificateReports.Whole(state, manager.Unready, time.GetUtcNow()) : Describe(host.Value);
    }

    public async Task<Outcome<CertificateReport>> RenewAsync(string text, CancellationToken cancellation)
    {
        var host = HostName.Parse(text);
        if (!host.Succeeded) return Outcome<CertificateReport>.Failed(host.Problems);
        var renewed = await manager.RenewAsync(host.Value, cancellation);
        return renewed.Succeeded ? CertificateReports.Whole(renewed.Value, manager.Unready, time.GetUtcNow()) : Outcome<CertificateReport>.Failed(renewed.Problems);
    }

    private NameState? Known(string name) => manager.Find(name) is { } state && (state.Wanted || state.Certificate is not null) ? state : null;
}
