using System.Collections.Concurrent;
using Signalbox.Control.Merging;
using Signalbox.Control.Proving;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Leases;

/// <summary>
/// All leases: claims that live as long as their holder's open connection. Leases known from before a restart serve at once and stay unconfirmed until
/// their holder comes back; those whose holder does not are dropped after <see cref="Grace"/>.
/// </summary>
internal sealed class LeaseBook(EdgeWriter writer, EdgeHolder edge, Boards boards, Prover prover, ListenerBook listeners)
{
    /// <summary>The file holders are told to trust.</summary>
    public required string RootCertificate { get; init; }

    public EdgeHolder Edge => edge;

    public Boards Boards => boards;

    public ListenerBook Listeners => listeners;

    /// <summary>How long a holder has to come back after a restart: its reconnect backs off to 1 s, so ten tries.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Owner, Lease> _leases = new();
    private readonly ConcurrentDictionary<Owner, bool> _unconfirmed = new();
    private readonly TaskCompletionSource _graceOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;

    public int Count => _leases.Count;

    /// <summary>Takes note of the leases of before the restart. Once, before any lease is taken.</summary>
    public void Restore(IEnumerable<Claim> stored)
    {
        foreach (var claim in stored)
        {
            if (claim.Life == ClaimLife.Lease) _unconfirmed[claim.Owner] = true;
        }

        // Their holders may be waiting to learn that all is well: they go before the bulk.
        prover.ProveNow(stored.Where(claim => claim.Life == ClaimLife.Lease).SelectMany(ClaimBook.KeysOf));
        if (_unconfirmed.IsEmpty) _graceOver.TrySetResult();
    }

    /// <summary>Drops what nobody came back for, when the grace is over.</summary>
    public async Task EndGraceAsync(TimeProvider time, CancellationToken cancellation)
    {
        if (!_unconfirmed.IsEmpty)
        {
            await Task.Delay(Grace, time, cancellation);
            var gone = _unconfirmed.Keys.ToList();
            await writer.WriteAsync(new ReleaseWish(gone));
            foreach (var owner in gone) _unconfirmed.TryRemove(owner, out _);
        }

        _graceOver.TrySetResult();
    }

    /// <summary>Takes a lease. A name held by another project is refused; one whose holder may still come back after a restart is waited for, within the grace.</summary>
    public async Task<Outcome<Lease>> TakeAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var valid = request.Validate(ClaimLife.Lease);
        if (!valid.Succeeded) return Outcome<Lease>.Failed(valid.Problems);
        var claim = valid.Value;

        // A holder who comes back keeps where it listens, unless it says otherwise.
        if (claim.Backends.IsEmpty && edge.Book.Find(claim.Owner) is { } former) claim = claim with { Backends = former.Backends };
        while (true)
        {
            var written = await writer.WriteAsync(new AdmitWish(claim, request.Take, RefuseConflicts: true));
            if (written.Succeeded) break;
            var rivals = Admission.Holders(edge.Book, claim);
            if (rivals.Count == 0 && written.Problem.Type == ProblemType.HostInUse) continue;
            if (!rivals.Any(rival => _unconfirmed.ContainsKey(rival.Holder.Owner))) return Outcome<Lease>.Failed(written.Problems);

            // A stale entry must not beat a live claim, nor a newcomer one whose holder is just coming back: the grace decides.
            using var watch = boards.Watches.Watch(rivals.Select(rival => rival.Key));
            await Task.WhenAny(_graceOver.Task, watch.WaitAsync(cancellation).AsTask());
            cancellation.ThrowIfCancellationRequested();
        }

        var lease = new Lease(claim, this);

        // The holder reconnected before its old connection was seen to end: the new one is the lease, and the old one's end means nothing.
        var replaced = _leases.TryGetValue(claim.Owner, out var old) ? old : null;
        _leases[claim.Owner] = lease;
        replaced?.Close();
        _unconfirmed.TryRemove(claim.Owner, out _);
        if (_closing) lease.Shutdown();
        prover.ProveNow(ClaimBook.KeysOf(claim));
        return lease;
    }

    /// <summary>The holder tells where its command listens.</summary>
    public async Task<Problem?> UpdateAsync(string id, LeaseUpdate update)
    {
        var lease = _leases.Values.FirstOrDefault(candidate => candidate.Id == id);
        if (lease is null) return new Problem(ProblemType.NotFound, ProblemSide.Request, id, "There is no such lease.", "Take one with POST /v1/leases.");
        var backends = new List<Backend>();
        foreach (var text in update.Backends)
        {
            var backend = Backend.ParseFor(lease.Claim.Kind, text);
            if (!backend.Succeeded) return backend.Problem;
            if (!backends.Contains(backend.Value)) backends.Add(backend.Value);
        }

        var written = await writer.WriteAsync(new BackendsWish(lease.Claim.Owner, backends.ToItems()));
        if (!written.Succeeded) return written.Problem;
        prover.ProveNow(ClaimBook.KeysOf(lease.Claim));
        return null;
    }

    /// <summary>The holder's connection ended. Only the present lease of an owner ends its claim.</summary>
    public async Task EndAsync(Lease lease)
    {
        if (!_leases.TryRemove(KeyValuePair.Create(lease.Claim.Owner, lease))) return;

        // While the daemon stops, connections end because of us: the claims stay, for the next daemon to serve at once.
        if (!_closing) await writer.WriteAsync(new ReleaseWish([lease.Claim.Owner]));
    }

    /// <summary>Tells every holder that the daemon ends on purpose.</summary>
    public void Shutdown()
    {
        _closing = true;
        foreach (var lease in _leases.Values) lease.Shutdown();
    }
}
