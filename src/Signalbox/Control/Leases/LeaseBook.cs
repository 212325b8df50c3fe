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

    public required TimeProvider Time { private get; init; }

    public EdgeHolder Edge => edge;

    public Boards Boards => boards;

    public ListenerBook Listeners => listeners;

    /// <summary>How long a holder has to come back after a restart: its reconnect backs off to 1 s, so ten tries.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Between tries to record the end of a lease, when the store refused it (a full disk).</summary>
    private static readonly TimeSpan ReleaseAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Owner, Lease> _leases = new();
    private readonly ConcurrentDictionary<Owner, bool> _unconfirmed = new();
    private readonly TaskCompletionSource _graceOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OwnerGates _gates = new();
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
    public async Task EndGraceAsync(CancellationToken cancellation)
    {
        if (!_unconfirmed.IsEmpty)
        {
            await Task.Delay(Grace, Time, cancellation);
            await Task.WhenAll(_unconfirmed.Keys.Select(DropAsync));
        }

        _graceOver.TrySetResult();
    }

    /// <summary>Takes a lease. A name held by another project is refused; one whose holder may still come back after a restart is waited for, within the grace.</summary>
    public async Task<Outcome<Lease>> TakeAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var valid = request.Validate(ClaimLife.Lease);
        if (!valid.Succeeded) return Outcome<Lease>.Failed(valid.Problems);
        var claim = valid.Value;
        while (true)
        {
            if (!request.Take) await AwaitDecisionAsync(claim, cancellation);
            using (await _gates.EnterAsync(claim.Owner))
            {
                // A holder who comes back keeps where it listens, unless it says otherwise.
                if (claim.Backends.IsEmpty && edge.Book.Find(claim.Owner) is { } former) claim = claim with { Backends = former.Backends };
                var written = await writer.WriteAsync(new AdmitWish(claim, request.Take, RefuseConflicts: true));
                if (written.Succeeded) return Install(claim);

                // Refused by a claim that came to the front since it was looked at, and whose holder may come back: that is waited for as well.
                if (request.Take || !IsUndecided(claim)) return Outcome<Lease>.Failed(written.Problems);
            }
        }
    }

    /// <summary>
    /// Returns when no name of this claim is held by a lease whose holder may still come back after the restart. A stale entry must not beat a live claim,
    /// nor a newcomer one whose holder is just coming back: the grace decides.
    /// </summary>
    public async Task AwaitDecisionAsync(Claim claim, CancellationToken cancellation)
    {
        if (_graceOver.Task.IsCompleted || !IsUndecided(claim)) return;

        // Watched before it is looked at again: a decision in between wakes us.
        using var watch = boards.Watches.Watch(ClaimBook.KeysOf(claim));
        while (!_graceOver.Task.IsCompleted && IsUndecided(claim))
        {
            await Task.WhenAny(_graceOver.Task, watch.WaitAsync(cancellation).AsTask());
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The holder tells where its command listens. Empty when it is done.</summary>
    public async Task<Items<Problem>> UpdateAsync(string id, LeaseUpdate update)
    {
        if (Find(id) is not { } lease) return [new Problem(ProblemType.NotFound, ProblemSide.Request, id, "There is no such lease.", "Take one with POST /v1/leases.")];
        var parsed = ClaimRequest.ParseBackends(lease.Claim.Kind, update.Backends);
        if (!parsed.Succeeded) return parsed.Problems;
        var written = await writer.WriteAsync(new BackendsWish(lease.Claim.Owner, parsed.Value));
        if (!written.Succeeded) return written.Problems;
        prover.ProveNow(ClaimBook.KeysOf(lease.Claim));
        return default;
    }

    /// <summary>The holder's connection ended. Only the present lease of an owner ends its claim.</summary>
    public async Task EndAsync(Lease lease)
    {
        using var gate = await _gates.EnterAsync(lease.Claim.Owner);
        if (_leases.TryRemove(KeyValuePair.Create(lease.Claim.Owner, lease))) await ReleaseAsync(lease.Claim.Owner);
    }

    /// <summary>Tells every holder that the daemon ends on purpose.</summary>
    public void Shutdown()
    {
        _closing = true;
        _closed.TrySetResult();
        foreach (var (_, lease) in _leases) lease.Shutdown();
    }

    /// <summary>Within the owner's gate.</summary>
    private Lease Install(Claim claim)
    {
        var lease = new Lease(claim, this);

        // The holder reconnected before its old connection was seen to end: the new one is the lease, and the old one's end means nothing.
        var replaced = _leases.GetValueOrDefault(claim.Owner);
        _leases[claim.Owner] = lease;
        replaced?.Close();
        if (_closing) lease.Shutdown();

        // Whoever waits for this name learns that its holder is back; nothing else may change by that.
        if (_unconfirmed.TryRemove(claim.Owner, out _))
        {
            foreach (var key in ClaimBook.KeysOf(claim)) boards.Watches.Wake(key);
        }

        prover.ProveNow(ClaimBook.KeysOf(claim));
        return lease;
    }

    private bool IsUndecided(Claim claim) =>
        !_unconfirmed.IsEmpty && Admission.Holders(edge.Book, claim).Any(rival => _unconfirmed.ContainsKey(rival.Holder.Owner));

    private Lease? Find(string id)
    {
        foreach (var (_, lease) in _leases)
        {
            if (lease.Id == id) return lease;
        }

        return null;
    }

    /// <summary>A holder who comes back in the last moment is either seen here, or finds its claim gone and makes it anew.</summary>
    private async Task DropAsync(Owner owner)
    {
        using var gate = await _gates.EnterAsync(owner);
        if (_unconfirmed.TryRemove(owner, out _)) await ReleaseAsync(owner);
    }

    /// <summary>Within the owner's gate. While the daemon stops, connections end because of us: the claims stay, for the next daemon to serve at once.</summary>
    private async Task ReleaseAsync(Owner owner)
    {
        if (_closing) return;
        var written = await writer.WriteAsync(new ReleaseWish([owner]));
        if (!written.Succeeded) _ = ReleaseLaterAsync(owner);
    }

    /// <summary>An end that could not be recorded must not leave a claim behind that nobody holds: it is tried until it is, or until the holder is back.</summary>
    private async Task ReleaseLaterAsync(Owner owner)
    {
        while (true)
        {
            await Task.WhenAny(Task.Delay(ReleaseAgain, Time), _closed.Task);
            using var gate = await _gates.EnterAsync(owner);
            if (_closing || _leases.ContainsKey(owner)) return;
            if ((await writer.WriteAsync(new ReleaseWish([owner]))).Succeeded) return;
        }
    }
}
