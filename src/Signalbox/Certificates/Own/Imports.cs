using Signalbox.Certificates.Book;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Own;

/// <summary>
/// Certificates that were imported: each is one file in the home, with its key and chain, and one entry in the index. The file is written first, so that the index never
/// names what is not there; a file that no entry names is what a crash left, and goes at the next start.
/// </summary>
internal sealed class Imports(OwnBook book, CertificateExam exam, OwnStore store, HomeLayout home, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private List<(ImportRecord Record, Outcome<HeldCertificate> Held)> _all = [];

    /// <summary>What of the kept ones cannot be used.</summary>
    public IEnumerable<Problem> Problems => _all.Where(import => !import.Held.Succeeded).Select(import => import.Held.Problem);

    /// <summary>Once, before the first handshake: reads what is kept.</summary>
    public void Load()
    {
        var records = store.LoadImports();
        RemoveLeftovers(records);

        // Side by side, as each takes a few milliseconds; not for none, as what does that takes a start as long to load.
        _all = records.Count == 0 ? [] : [.. records.AsParallel().AsOrdered().Select(record => (record, Read(record)))];
        Publish();
    }

    /// <summary>
    /// Looks at the certificate, keeps it and shows it from the next handshake on; an earlier import whose names are all among the new one's goes. Problems: as
    /// <see cref="CertificateExam"/> has them, a name that is none or that it is not for, <see cref="ProblemType.StoreFull"/>; then everything is as it was.
    /// </summary>
    /// <param name="pair">The certificate and its key.</param>
    /// <param name="wanted">What it is to be shown for, as typed; empty: each of its names.</param>
    public async Task<Outcome<Items<OwnEntry>>> ImportAsync(PairText pair, IReadOnlyList<string> wanted)
    {
        var examined = exam.Look(pair);
        if (!examined.Succeeded) return Outcome<Items<OwnEntry>>.Failed(examined.Problems);
        var held = examined.Value.Certificate;
        var names = NamesOf(held, wanted, pair.CertificatePlace);
        if (!names.Succeeded) return Outcome<Items<OwnEntry>>.Failed(names.Problems);
        var record = new ImportRecord($"{Naming.FileName(names.Value[0])}-{Naming.Hash(names.Value.ToString())}", [.. names.Value], time.GetUtcNow());
        await _gate.WaitAsync();
        try
        {
            if (CertificateShelf.Write(home.ImportedCertificate(record.Id), held.Pem) is { } full) return full;
            var gone = _all.Select(import => import.Record).Where(old => old.Id != record.Id && old.Names.All(record.Names.Contains)).ToList();
            if (await store.PutAsync(record, gone) is { } problem) return problem;
            _all = [.. _all.Where(import => import.Record.Id != record.Id && !gone.Contains(import.Record)), (record, held)];
            Publish();
            foreach (var old in gone) Remove(old);
            return record.Names.Select(name => Entry(name, record, held) with { Notice = examined.Value.Notice }).ToItems();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes the imports that have this very name out of use, with their files. Problems: there is none.</summary>
    public async Task<Problem?> RemoveAsync(string name)
    {
        await _gate.WaitAsync();
        try
        {
            var gone = _all.Where(import => import.Record.Names.Contains(name)).Select(import => import.Record).ToList();
            if (gone.Count == 0) return NotFound(name);
            if (await store.PutAsync(null, gone) is { } problem) return problem;
            _all = [.. _all.Where(import => !gone.Contains(import.Record))];
            Publish();
            foreach (var record in gone) Remove(record);
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private Problem NotFound(string name) => book.Find(name) switch
    {
        { Import: null } => new Problem(ProblemType.InvalidRequest, ProblemSide.Request, name, "The certificate of this name is in files that the config names; it was not imported.", "Take `tls: { cert: … }` out of its route."),
        { } entry => new Problem(ProblemType.NotFound, ProblemSide.Request, name, $"The certificate of this name was imported for {entry.Name}.", $"signalbox cert remove '{entry.Name}'"),
        null => new Problem(ProblemType.NotFound, ProblemSide.Request, name, "No certificate was imported for this name.", "`signalbox certs` lists the names there are."),
    };

    private void Publish() => book.PutImports([.. _all.OrderBy(import => import.Record.Imported).SelectMany(import => import.Record.Names.Select(name => Entry(name, import.Record, import.Held)))]);

    private OwnEntry Entry(string name, ImportRecord record, Outcome<HeldCertificate> held) =>
        new(name, home.ImportedCertificate(record.Id), held.Value) { Import = record.Id, Refusal = held.Succeeded ? null : held.Problem };

    private Outcome<HeldCertificate> Read(ImportRecord record)
    {
        var path = home.ImportedCertificate(record.Id);
        try
        {
            var pem = File.ReadAllText(path);
            if (HeldCertificate.Parse(path, pem, pem) is { Succeeded: true } held) return held;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // Said below, as any other damage: what is to be done is the same.
        }

        return new Problem(ProblemType.StoreDamaged, ProblemSide.System, path, $"The imported certificate for {string.Join(", ", record.Names)} cannot be used: its file is gone or damaged.", "Import it again.");
    }

    private static Outcome<Items<string>> NamesOf(HeldCertificate held, IReadOnlyList<string> wanted, string place)
    {
        var problems = new List<Problem>();
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in wanted)
        {
            var name = HostName.Parse(text);
            if (!name.Succeeded) problems.AddRange(name.Problems);
            else if (CertificateExam.Covers(held, name.Value, place) is { } problem) problems.Add(problem);
            else names.Add(name.Value);
        }

        if (problems.Count > 0) return Outcome<Items<string>>.Failed(problems.ToItems());

        // Addresses have no routes, and nobody asks for them by name.
        if (wanted.Count == 0) names.UnionWith(held.Names.Where(name => !System.Net.IPAddress.TryParse(name, out _) && HostName.Parse(name).Succeeded));
        return names.Count > 0 ? names.ToItems()
            : new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, place, "The certificate has no host name among its alternative names.", "Give one for the names that are routed here.");
    }

    private void RemoveLeftovers(IReadOnlyList<ImportRecord> records)
    {
        if (!Directory.Exists(home.ImportedCertificates)) return;
        var known = records.Select(record => home.ImportedCertificate(record.Id)).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(home.ImportedCertificates).Where(path => !known.Contains(path))) Delete(path);
    }

    private void Remove(ImportRecord record) => Delete(home.ImportedCertificate(record.Id));

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // Not in the index any more: it goes at the next start.
        }
    }
}
