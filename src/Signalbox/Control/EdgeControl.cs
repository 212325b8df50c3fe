using Signalbox.Control.Explaining;
using Signalbox.Control.Leases;
using Signalbox.Control.Merging;
using Signalbox.Control.Proving;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;

namespace Signalbox.Control;

/// <summary>The door of this room: everything that may be asked of it, and wished.</summary>
internal sealed class EdgeControl
{
    /// <summary>How long a caller is kept for the proof. It takes milliseconds; a backend that swallows connections takes 5 s to be called down.</summary>
    private static readonly TimeSpan ProofWait = TimeSpan.FromSeconds(10);

    public required EdgeWriter Writer { private get; init; }

    public required Prover Prover { private get; init; }

    public required Boards Boards { private get; init; }

    public required LeaseBook Leases { private get; init; }

    public required PortBook Ports { private get; init; }

    public required RouteReports Reports { private get; init; }

    public required StatusTeller StatusTeller { private get; init; }

    public required WhyExplainer Explainer { private get; init; }

    public required PlaneCheckup Checkup { private get; init; }

    public required IClaimStore Store { private get; init; }

    public required Func<IReadOnlyList<CertificateReport>> Certificates { get; init; }

    /// <summary>One name's certificate with all that is known of it.</summary>
    public required Func<string, Outcome<CertificateReport>> ShowCertificate { get; init; }

    /// <summary>Has a new public certificate made for a name, and returns when that try has ended.</summary>
    public required Func<string, CancellationToken, Task<Outcome<CertificateReport>>> RenewCertificate { get; init; }

    /// <summary>Has its CA revoke the certificate of a name, for a reason (null: none told), and tells what there is of the name then.</summary>
    public required Func<string, string?, CancellationToken, Task<Outcome<CertificateReport>>> RevokeCertificate { get; init; }

    /// <summary>Keeps a certificate that somebody gives, and tells what there is of each of its names then.</summary>
    public required Func<CertificateImport, Task<Outcome<CertificateReport[]>>> ImportCertificate { get; init; }

    /// <summary>Takes an imported certificate away again. Null when it is done.</summary>
    public required Func<string, Task<Problem?>> RemoveCertificate { get; init; }

    public StatusReport Status() => StatusTeller.Tell();

    /// <summary>Every claim on every host and path.</summary>
    public IEnumerable<RouteReport> Routes() => Reports.All();

    public WhyReport Why(string url) => Explainer.Explain(url);

    /// <inheritdoc cref="PlaneCheckup.CheckAsync"/>
    public Task<CheckReport> CheckAsync(bool fix, CancellationToken cancellation) => Checkup.CheckAsync(fix, cancellation);

    /// <inheritdoc cref="IClaimStore.HistoryAsync"/>
    public ValueTask<IReadOnlyList<HistoryEntry>> HistoryAsync(int limit, string? owner, CancellationToken cancellation) => Store.HistoryAsync(limit, owner, cancellation);

    /// <summary>The journal's lines from now on.</summary>
    public EventHub.Subscription Subscribe() => Writer.Events.Subscribe();

    public Outcome<PortGrant> ReservePort() => Ports.Reserve();

    public async Task<Outcome<ILease>> TakeLeaseAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var taken = await Leases.TakeAsync(request, cancellation);
        return taken.Succeeded ? Outcome<ILease>.Of(taken.Value) : Outcome<ILease>.Failed(taken.Problems);
    }

    /// <summary>Empty when it is done.</summary>
    public Task<Items<Problem>> UpdateLeaseAsync(string id, LeaseUpdate update) => Leases.UpdateAsync(id, update);

    /// <summary>Makes a lasting route: 1. check, 2. write, 3. prove, 4. answer with what was seen. An answer that says live was proved.</summary>
    public async Task<Outcome<RouteReport[]>> PutRouteAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var valid = request.Validate(ClaimLife.Lasting);
        if (!valid.Succeeded) return Outcome<RouteReport[]>.Failed(valid.Problems);
        var claim = valid.Value;
        var keys = ClaimBook.KeysOf(claim).ToList();

        // A name whose holder may just be coming back after a restart is decided by the grace, for this newcomer as for any other.
        if (!request.Take) await Leases.AwaitDecisionAsync(claim, cancellation);

        // Watched from before the write: a proof that is quicker than we are is seen all the same.
        using var watch = Boards.Watches.Watch(keys);
        var written = await Writer.WriteAsync(new AdmitWish(claim, request.Take, RefuseConflicts: true));
        if (!written.Succeeded) return Outcome<RouteReport[]>.Failed(written.Problems);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProofWait);
        Prover.ProveNow(keys);
        try
        {
            // What waits for a port of the machine's may wait for long.
            while (ReportsOf(claim, keys).Any(report => report is { State: RouteStates.Pending, Problem: not { Side: ProblemSide.System } })) await watch.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Not proved in time: the answer says pending, and why.
        }

        return ReportsOf(claim, keys);
    }

    /// <summary>Ends a lasting route; only one that was made by <see cref="PutRouteAsync"/>.</summary>
    public async Task<Problem?> RemoveRouteAsync(string? hostText, string? pathText)
    {
        var host = HostName.Parse(hostText);
        if (!host.Succeeded) return host.Problem;
        var path = RoutePath.Parse(pathText);
        if (!path.Succeeded) return path.Problem;
        var owner = Naming.RouteOwner(host.Value, path.Value);
        var key = new RouteKey(host.Value, path.Value);
        var standing = Reports.Of(key).ToList();
        if (standing.Any(report => report.Owner == owner.ToString()))
        {
            var written = await Writer.WriteAsync(new ReleaseWish([owner]));
            return written.Succeeded ? null : written.Problem;
        }

        return standing.FirstOrDefault() is { } other
            ? NotFound(key, $"This host and path belong to {other.Owner}{(other.Label is null ? "" : $" ({other.Label})")}.", Remedy(other))
            : NotFound(key, "There is no such route.", "See `signalbox routes`.");
    }

    private RouteReport[] ReportsOf(Claim claim, IEnumerable<RouteKey> keys) =>
        [.. keys.SelectMany(Reports.Of).Where(report => report.Owner == claim.Owner.ToString())];

    private static Problem NotFound(RouteKey key, string text, string advice) => new(ProblemType.NotFound, ProblemSide.Request, key.ToString(), text, advice);

    private static string Remedy(RouteReport other) => other.Source switch
    {
        Owner.Dev => "Stop its command.",
        Owner.File => "Remove it from the config file.",
        Owner.Site => $"It was made together with other names and ends with the first of them: signalbox route rm {Owner.Parse(other.Owner).Key}",
        _ => "End it where it was made.",
    };
}
