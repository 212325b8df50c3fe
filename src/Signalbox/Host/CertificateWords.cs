using System.Text.Json;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Certificates.Own;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Host;

/// <summary>What is told of certificates, wherever they come from, and what is wished of them.</summary>
internal sealed class CertificateWords(Authority authority, CertificateManager manager, OwnCertificates own, TimeProvider time)
{
    /// <summary>The local authority's, then those that people gave, then the public ones, each by name.</summary>
    public IReadOnlyList<CertificateReport> List()
    {
        var (unready, now) = (manager.Unready, time.GetUtcNow());

        // What the manager keeps of a name that has its own by now is of no use to anybody; near the own one's end it is again.
        var issued = manager.All().Where(state => state.Wanted || !own.Book.Keeps(state.Name)).Select(state => CertificateReports.Of(state, unready, now));
        return [.. authority.List(), .. own.Book.Table.All.Select(entry => OwnReports.Of(entry, now)), .. issued];
    }

    /// <summary>One host's, for <c>why</c>: its own, else its wildcard's.</summary>
    public CertificateReport Describe(string host)
    {
        if (Own(host) is { } entry) return OwnReports.Of(entry, time.GetUtcNow());
        if (authority.Covers(host)) return authority.Describe(host);
        return (Known(host) ?? (HostName.WildcardOf(host) is { } wildcard ? Known(wildcard) : null)) is { } state ? CertificateReports.Of(state, manager.Unready, time.GetUtcNow()) : authority.Describe(host);
    }

    /// <summary>One certificate with all that is known of it.</summary>
    public Outcome<CertificateReport> Show(string text)
    {
        var host = HostName.Parse(text);
        if (!host.Succeeded) return Outcome<CertificateReport>.Failed(host.Problems);
        return Own(host.Value) is null && manager.Show(host.Value) is { } state ? CertificateReports.Whole(state, manager.Unready, time.GetUtcNow()) : Describe(host.Value);
    }

    public async Task<Outcome<CertificateReport>> RenewAsync(string text, CancellationToken cancellation)
    {
        var host = HostName.Parse(text);
        if (!host.Succeeded) return Outcome<CertificateReport>.Failed(host.Problems);
        if (Own(host.Value) is { } entry) return OwnReports.NotOurs(entry, "renewed");
        var renewed = await manager.RenewAsync(host.Value, cancellation);
        return renewed.Succeeded ? CertificateReports.Whole(manager.Whole(renewed.Value), manager.Unready, time.GetUtcNow()) : Outcome<CertificateReport>.Failed(renewed.Problems);
    }

    /// <summary>Keeps a certificate that somebody gives, and tells what there is of each of its names then.</summary>
    public async Task<Outcome<CertificateReport[]>> ImportAsync(CertificateImport import)
    {
        var imported = await own.Imports.ImportAsync(new PairText("certificate", "key", import.Certificate, import.Key ?? import.Certificate), import.Names);
        return imported.Succeeded ? imported.Value.Select(entry => OwnReports.Of(entry, time.GetUtcNow())).ToArray() : Outcome<CertificateReport[]>.Failed(imported.Problems);
    }

    public Task<Problem?> RemoveAsync(string text)
    {
        var host = HostName.Parse(text);
        return host.Succeeded ? own.Imports.RemoveAsync(host.Value) : Task.FromResult<Problem?>(host.Problem);
    }

    /// <summary>Has its CA revoke a certificate, and tells what there is of the name then.</summary>
    /// <param name="text">The name the certificate is kept by.</param>
    /// <param name="reasonText">A word of <see cref="RevocationReason"/>, in camel case; null or empty: none.</param>
    /// <param name="cancellation">Stops the waiting, not the revoking.</param>
    public async Task<Outcome<CertificateReport>> RevokeAsync(string text, string? reasonText, CancellationToken cancellation)
    {
        var host = HostName.Parse(text);
        if (!host.Succeeded) return Outcome<CertificateReport>.Failed(host.Problems);
        RevocationReason? reason = null;
        if (!string.IsNullOrEmpty(reasonText))
        {
            var known = Enum.GetValues<RevocationReason>();
            var place = Array.FindIndex(known, one => JsonNamingPolicy.CamelCase.ConvertName(one.ToString()) == reasonText);
            if (place < 0)
                return new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "reason", $"“{reasonText}” is no reason.", $"Use {string.Join(", ", known.Select(one => JsonNamingPolicy.CamelCase.ConvertName(one.ToString())))}.");
            reason = known[place];
        }

        // What was ordered here may be revoked also where an own one has taken its place by now.
        if (manager.Find(host.Value)?.Certificate is null && Own(host.Value) is { } entry) return OwnReports.NotOurs(entry, "revoked");
        if (authority.Covers(host.Value))
        {
            return new Problem(ProblemType.InvalidRequest, ProblemSide.Request, host.Value, "This name's certificate is the local authority's, and no client asks whether one of those is revoked.",
                $"It ends by itself within two weeks. To have another key at once: signalbox down, remove certificates/local/{Naming.FileName(host.Value)}.pem in the home, signalbox up.");
        }

        var revoked = await manager.RevokeAsync(host.Value, reason, cancellation);
        if (!revoked.Succeeded) return Outcome<CertificateReport>.Failed(revoked.Problems);
        return revoked.Value.Wanted
            ? CertificateReports.Whole(revoked.Value, manager.Unready, time.GetUtcNow())
            : new CertificateReport(host.Value, "-", CertificateStates.Revoked, null, "No route claims this name, so no other is ordered.", null);
    }

    /// <summary>What a handshake is shown of people's own; null when it is asked for elsewhere.</summary>
    private OwnEntry? Own(string host) =>
        own.Book.Find(host) is { } entry && (own.Book.Look(host).Decides || !(authority.Covers(host) || manager.Find(host) is { Wanted: true })) ? entry : null;

    private NameState? Known(string name) => manager.Find(name) is { } state && (state.Wanted || state.Certificate is not null) ? state : null;
}
