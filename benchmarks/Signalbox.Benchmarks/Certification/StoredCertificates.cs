using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Benchmarks.Certification;

/// <summary>Certificates written into a home as the manager leaves them when they were issued: a file a name, its entry in the index, and what was learnt of the name.</summary>
internal static class StoredCertificates
{
    /// <summary>The issuer's name in the config, see <see cref="Contestants.Certified.CertifiedSignalbox"/>.</summary>
    public const string Issuer = "pebble";

    /// <summary>Certificates in one transaction.</summary>
    private const int Batch = 5_000;

    public static async Task WriteAsync(HomeLayout home, Uri directory, IReadOnlyList<StoredCertificate> certificates)
    {
        // Not flushed one by one, as the manager does: there is nothing to be lost here, and it would take longer than all that is measured.
        AtomicFile.MakeDirectory(home.PublicCertificates);
        foreach (var certificate in certificates) await File.WriteAllTextAsync(home.PublicCertificate(certificate.Name), $"{certificate.Key}\n{certificate.Leaf}\n{certificate.Chain}\n");

        var opened = SqliteClaimStore.Open(home, TimeProvider.System);
        await using var store = opened.Value ?? throw new InvalidOperationException(opened.Problem.ToString());
        var issuing = new IssuingStore(store);
        foreach (var batch in certificates.Chunk(Batch))
        {
            if (await issuing.CommitAsync([.. batch.SelectMany(certificate => Records(directory, certificate))]) is { } problem) throw new InvalidOperationException(problem.ToString());
        }
    }

    private static IEnumerable<RecordChange> Records(Uri directory, StoredCertificate certificate)
    {
        var asked = certificate.NotBefore.AddHours(1);
        yield return IssuingStore.Put(new CertificateRecord(certificate.Name, Issuer, certificate.SignedBy, certificate.NotBefore, certificate.NotAfter, certificate.Id)
        {
            // As a CA with renewal information has it; asked again in hours, so that nothing is due while it is measured.
            Plan = new RenewalPlan(certificate.NotAfter.AddDays(-30), new RenewalWindow(certificate.NotAfter.AddDays(-31), certificate.NotAfter.AddDays(-29))),
            Directory = directory,
            AskAt = DateTimeOffset.UtcNow.AddHours(6),
        });
        yield return IssuingStore.Put(new NameRecord(certificate.Name)
        {
            Challenge = "http-01",
            LastTry = certificate.NotBefore,
            // What a pre-flight leaves, in its words.
            Evidence =
            [
                new Evidence("dns", "ok", $"ns1.example.com (192.0.2.53) says {certificate.Name} A 192.0.2.17; ns1.example.com (192.0.2.53) says there is no AAAA", asked),
                new Evidence("reach", "ok", "192.0.2.17 port 80 is this daemon", asked),
                new Evidence("caa", "ok", $"neither {certificate.Name} nor the names above it have CAA records", asked),
            ],
        });
    }
}
