using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing;

/// <summary>What is read at a start, what a crash left behind, and what goes when its time is over. A name that is worked on is left for the next time.</summary>
internal sealed class Upkeep(NameTable names, PublicBook book, AttemptGround ground, TimeProvider time, ILogger logger)
{
    /// <summary>What a name has taught is of use when it comes back soon: most of it is about how it was reached.</summary>
    private static readonly TimeSpan KeepKnown = TimeSpan.FromDays(30);

    /// <summary>CAs give up an order after this: Let's Encrypt after 7 days, most sooner.</summary>
    private static readonly TimeSpan KeepOrders = TimeSpan.FromDays(7);

    /// <summary>Reads what is kept. Files of certificates are read when they are first asked for.</summary>
    /// <param name="hosts">Names as routes have them: what is kept of one then holds the same text, and not another like it.</param>
    public void Load(IEnumerable<string> hosts)
    {
        var certificates = ground.Store.LoadCertificates();
        names.MakeRoom(certificates.Count);
        var texts = Texts(certificates, hosts);
        foreach (var record in certificates)
        {
            var name = texts[record.Name];
            names.Change(name, state => state with { Certificate = record with { Name = name } });
            book.Put(name);
        }

        foreach (var record in ground.Store.LoadNames()) names.Change(texts.GetValueOrDefault(record.Name, record.Name), state => state with { Known = record with { Name = state.Name } });

        // A renewal that somebody asked for is due by no plan. What tells the next daemon of it is its order, which may have cost a certificate by now.
        var now = time.GetUtcNow();
        foreach (var order in ground.Archive.Open.All) names.ChangeKnown(order.Names[0], state => WasAskedFor(state, order, now) ? state with { Forced = true } : state);
    }

    /// <summary>True when the daemon before this one ended in the middle of a renewal that was not due by itself, at the CA or in practice before. One whose try had failed is over: it was told so.</summary>
    private static bool WasAskedFor(NameState state, OrderRecord order, DateTimeOffset now) =>
        state.Certificate?.IsUsable(now) == true && state.OrderAt(now) > now && !(order.Begun <= state.Known.LastTry) && (now - order.Begun).Duration() <= KeepOrders;

    private static Dictionary<string, string> Texts(IReadOnlyList<CertificateRecord> certificates, IEnumerable<string> hosts)
    {
        var texts = new Dictionary<string, string>(certificates.Count, StringComparer.Ordinal);
        foreach (var record in certificates) texts[record.Name] = record.Name;
        if (texts.Count == 0) return texts;
        foreach (var host in hosts)
        {
            ref var text = ref CollectionsMarshal.GetValueRefOrNullRef(texts, host);
            if (!Unsafe.IsNullRef(ref text)) text = host;
        }

        return texts;
    }

    /// <summary>Once, before the first job: no key or certificate is being written yet.</summary>
    public async Task BeginAsync(CancellationToken stop)
    {
        await ground.Archive.TidyAsync();
        ground.Storage.Tidy();
        var known = names.Where(state => state.Certificate is not null);

        // One of each signer's is enough to know the signer by, and all files may be strays.
        var signers = known.Select(state => state.Certificate!).Where(kept => kept is { Directory: not null, Signer: not null }).DistinctBy(kept => kept.Signer).ToList();
        foreach (var (path, certificate) in ground.Shelf.Strays(known.Select(state => state.Name)))
        {
            stop.ThrowIfCancellationRequested();
            if (path == AtomicFile.Temporary(Path.ChangeExtension(path, null))) CertificateShelf.Remove(path);
            else if (certificate is not null) await TakeInAsync(path, certificate, signers);
        }

        await SweepAsync(stop);
    }

    /// <summary>Removes certificates that have ended and nobody claims, what is known of names nobody has asked for in a long time, and orders that came to nothing.</summary>
    public async Task SweepAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        foreach (var order in ground.Archive.Open.All.Where(order => now - order.Begun > KeepOrders)) names.Change(order.Names[0], state => state);
        foreach (var name in names.Where(state => IsOver(state, now)).Select(state => state.Name))
        {
            stop.ThrowIfCancellationRequested();
            if (!names.TryEnter(name, state => IsOver(state, now))) continue;
            try
            {
                await RemoveAsync(names.Find(name)!, now);
            }
            finally
            {
                names.Leave(name);
            }
        }

        await ground.Cas.SweepAsync();
    }

    private bool IsOver(NameState state, DateTimeOffset now) => HasEnded(state, now) || IsForgotten(state, now) || Dead(state, now).Count > 0;

    private static bool HasEnded(NameState state, DateTimeOffset now) => !state.Wanted && state.Certificate is { } certificate && !certificate.IsUsable(now);

    private static bool IsForgotten(NameState state, DateTimeOffset now) => !state.Wanted && (state.Certificate is null || HasEnded(state, now)) && !(now - state.Known.LastTry < KeepKnown);

    /// <summary>Orders the CA has given up by now, of a name that needs none at present. One that does goes on with them, or ends them itself.</summary>
    private IReadOnlyList<OrderRecord> Dead(NameState state, DateTimeOffset now) =>
        state.NeedsCertificate(now) ? [] : [.. ground.Archive.Open.Of(state.Name).Where(order => now - order.Begun > KeepOrders)];

    private async Task RemoveAsync(NameState state, DateTimeOffset now)
    {
        var (ended, forgotten) = (HasEnded(state, now), IsForgotten(state, now));
        var changes = new List<RecordChange>();
        if (ended) changes.Add(IssuingStore.Remove(state.Certificate!));
        if (forgotten) changes.Add(IssuingStore.Remove(state.Known));

        // The index first: a file without an entry is found at the next start, an entry without a file would pass for damage.
        if (await ground.Archive.EndAsync(Dead(state, now), changes) is { } problem)
        {
            logger.LogWarning("{Problem}", problem);
            return;
        }

        names.Change(state.Name, known => known with { Certificate = ended ? null : known.Certificate, Known = forgotten ? new NameRecord(state.Name) : known.Known });
        if (!ended) return;
        book.Remove(state.Name);
        ground.Shelf.Discard(state.Name);
        logger.LogInformation("The certificate of {Name}, which no route claims, ended on {NotAfter:yyyy-MM-dd} and was removed.", state.Name, state.Certificate!.NotAfter);
    }

    /// <summary>A certificate the index does not know of: one whose removal was broken off, or the index was lost.</summary>
    private async Task TakeInAsync(string path, HeldCertificate certificate, IReadOnlyList<CertificateRecord> signers)
    {
        if (certificate.NotAfter <= time.GetUtcNow())
        {
            CertificateShelf.Remove(path);
            return;
        }

        if (ground.Shelf.NameOf(path, certificate) is not { } name || ground.Archive.IsUnderWay(name)) return;
        var record = CertificateRecord.Found(name, certificate, signers, time.GetUtcNow());
        names.Change(name, state => state with { Certificate = record });
        book.Put(name);
        logger.LogInformation("A certificate for {Name} was found that the index did not know of; it is good until {NotAfter:yyyy-MM-dd HH:mm} UTC.", name, record.NotAfter);
        await ground.Store.CommitAsync(IssuingStore.Put(record));
    }
}
