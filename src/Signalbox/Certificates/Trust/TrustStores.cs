using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Trust;

/// <summary>
/// What <c>signalbox trust</c> and <c>untrust</c> do: put the home's root into the system's authorities and into the browsers' databases, say exactly what
/// was done, keep a record of it, and undo exactly that. One place that fails never stops the others.
/// </summary>
internal sealed class TrustStores(TrustPlaces places)
{
    private const string Authority = "local authority";

    /// <summary>Trusts the home's root wherever this machine can, and takes out roots that this home had before.</summary>
    public Task<IReadOnlyList<TrustStep>> InstallAsync(HomeLayout home, CancellationToken cancellation) => WithRecordAsync(home, async record =>
    {
        var loaded = TrustedRoot.Load(home);
        if (!loaded.Succeeded) return [Failed(loaded.Problem)];
        var root = loaded.Value;
        var (stores, steps) = Here();
        foreach (var store in stores) steps.Add(await InstallAsync(store, root, record, cancellation));

        // Only after the new one stands, so that a page keeps working in a browser that is read in between.
        foreach (var entry in record.Entries.Where(entry => entry.Fingerprint != root.Fingerprint)) steps.Add(await RemoveAsync(entry, record, cancellation));
        return steps;
    });

    /// <summary>Removes what the record tells of, and nothing else.</summary>
    public Task<IReadOnlyList<TrustStep>> RemoveAsync(HomeLayout home, CancellationToken cancellation) => WithRecordAsync(home, async record =>
    {
        if (record.Entries.Count == 0) return [new TrustStep(Authority, TrustOutcome.Already, "“signalbox trust” has put this home's root nowhere.")];
        var steps = new List<TrustStep>();
        foreach (var entry in record.Entries) steps.Add(await RemoveAsync(entry, record, cancellation));
        return steps;
    });

    private static async Task<TrustStep> InstallAsync(ITrustStore store, TrustedRoot root, TrustRecord record, CancellationToken cancellation)
    {
        var wish = store.EntryFor(root);
        var known = record.Find(wish);
        var entry = wish with { MadePlace = wish.MadePlace || known?.MadePlace == true };

        // Intent first: from here on untrust knows of it, whatever happens.
        record.Put(entry);
        var step = await TryAsync(store, () => store.InstallAsync(root, interrupted: known is { Settled: false }, cancellation));
        if (step.Outcome is TrustOutcome.Done or TrustOutcome.Already) record.Put(entry with { Settled = true });
        else if (step.Outcome == TrustOutcome.Skipped && known is null) record.Remove(entry);
        else if (step.Outcome == TrustOutcome.Skipped) record.Put(known!);
        return step;
    }

    private async Task<TrustStep> RemoveAsync(TrustEntry entry, TrustRecord record, CancellationToken cancellation)
    {
        if (StoreOf(entry) is not { } store)
        {
            return new TrustStep(entry.Place, TrustOutcome.Skipped, $"“{entry.Name}” stays: the program to remove it with is not installed.",
                entry.Kind == TrustKind.Nss
                    ? $"Run: {NssDatabases.HowToInstallCertutil(places)}; then run “signalbox untrust” again."
                    : "Install it and run “signalbox untrust” again.");
        }

        record.Put(entry with { Settled = false });
        var step = await TryAsync(store, () => store.RemoveAsync(entry, interrupted: !entry.Settled, cancellation));
        if (step.Outcome is TrustOutcome.Done or TrustOutcome.Already) record.Remove(entry);
        else if (step.Outcome == TrustOutcome.Skipped) record.Put(entry);
        return step;
    }

    /// <summary>A disk that fails in one place is that place's failure.</summary>
    private static async Task<TrustStep> TryAsync(ITrustStore store, Func<Task<TrustStep>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new TrustStep(store.Name, TrustOutcome.Failed, error.Message, "Look at the disk and its rights, and run it again.");
        }
    }

    private (List<ITrustStore> Stores, List<TrustStep> Steps) Here()
    {
        var stores = new List<ITrustStore>();
        var steps = new List<TrustStep>();
        ITrustStore? system = places.IsMacOS ? Keychain.Of(places) : AnchorDirectory.Of(places);
        if (system is not null)
        {
            stores.Add(system);
        }
        else
        {
            steps.Add(new TrustStep("system", TrustOutcome.Skipped, "None of the known ways to add an authority to this system was found.",
                "Give programs the root certificate themselves (curl --cacert, NODE_EXTRA_CA_CERTS)."));
        }

        var databases = NssDatabases.Find(places);
        if (databases.Count == 0) return (stores, steps);
        if (places.Program("certutil") is { } certutil)
        {
            stores.AddRange(databases.Select(database => new NssDatabase(database.Browser, database.Directory, certutil)));
            return (stores, steps);
        }

        steps.Add(new TrustStep(string.Join(", ", databases.Select(database => database.Browser).Distinct()), TrustOutcome.Skipped,
            "Browsers keep authorities of their own, and certutil, which adds to them, is not installed.",
            $"Run: {NssDatabases.HowToInstallCertutil(places)}; then run “signalbox trust” again."));
        return (stores, steps);
    }

    private ITrustStore? StoreOf(TrustEntry entry) => entry.Kind switch
    {
        TrustKind.Nss => places.Program("certutil") is { } certutil ? new NssDatabase("browser", entry.Place, certutil) : null,
        TrustKind.Keychain => Keychain.Of(places),
        _ => AnchorDirectory.Of(places),
    };

    private static async Task<IReadOnlyList<TrustStep>> WithRecordAsync(HomeLayout home, Func<TrustRecord, Task<IReadOnlyList<TrustStep>>> work)
    {
        try
        {
            if (!Directory.Exists(home.Authority)) return await work(new TrustRecord(home, []));
            using var held = WaitingLock.Take(home.TrustLock);
            var record = TrustRecord.Load(home);
            return record.Succeeded ? await work(record.Value) : [Failed(record.Problem)];
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // What cannot be recorded is not done; see TrustRecord.
            return [new TrustStep(Authority, TrustOutcome.Failed, $"The record of what is trusted cannot be kept in {home.Authority}: {error.Message}",
                "Run it as the user the home belongs to, or free some space.")];
        }
    }

    private static TrustStep Failed(Problem problem) => new(Authority, TrustOutcome.Failed, $"{problem.Subject}: {problem.Text}", problem.Advice);
}
