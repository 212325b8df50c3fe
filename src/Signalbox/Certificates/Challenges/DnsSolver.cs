using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>
/// dns-01 (RFC 8555 8.4): a value is put into the name's zone, waited for at the zone's own servers, and taken out again. Values that could not be taken out, as after
/// a crash, are taken out once it starts and again each hour.
/// </summary>
internal sealed class DnsSolver(DnsChallenge challenge, TimeProvider time, ILogger logger) : IChallengeSolver, IAsyncDisposable
{
    /// <summary>A service that was away for minutes is back by then; nobody waits for it.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    /// <summary>For all that is left, at once. What takes longer is left for the next time, because orders wait for this.</summary>
    private static readonly TimeSpan SweepLimit = TimeSpan.FromMinutes(1);

    /// <summary>A service that asks to be left alone longer than this is asked again with the name's next try.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>How often a service may ask to be left alone in one try.</summary>
    private const int MostPauses = 3;

    private readonly CancellationTokenSource _stop = new();
    private Task _sweeping = Task.CompletedTask;

    public string Type => ChallengeType.Dns;

    public bool IsSlow => true;

    /// <summary>Begins to take out what earlier processes left behind. Returns at once; new values wait until that is over.</summary>
    public void Start() => _sweeping = SweepAsync();

    public async ValueTask<Problem?> ObstacleAsync(Identifier identifier, CancellationToken cancellation)
    {
        // RFC 8738 7: "the existing "dns-01" challenge MUST NOT be used to validate IP identifiers."
        if (identifier.IsIp) return new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, identifier.Value, "An address cannot be shown by dns-01.");
        return await challenge.ObstacleAsync(identifier.Base, cancellation);
    }

    public async ValueTask<Outcome<IAsyncDisposable>> PresentAsync(Identifier identifier, string token, string authorization, CancellationToken cancellation)
    {
        var change = await AddAsync(identifier.Base, ChallengeRecord.ValueFor(authorization), cancellation);
        if (change.Problem is { } problem) return problem;
        var shown = new Shown(this, change.Ticket!, cancellation);
        PropagationReport? report;
        try
        {
            report = await challenge.WaitAsync(change.Ticket!, cancellation);
        }
        catch (OperationCanceledException)
        {
            await shown.DisposeAsync();
            throw;
        }

        // What is missing somewhere would cost a failed validation. What could not be asked says nothing: the CA may see more than we do, and tells.
        if (report?.Problem is not { } missing) return Outcome<IAsyncDisposable>.Of(shown);
        await shown.DisposeAsync();
        return missing;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<DnsChange> AddAsync(string host, string value, CancellationToken cancellation)
    {
        for (var pauses = 0; ; pauses++)
        {
            var change = await challenge.PresentAsync(host, value, cancellation);
            if (change.Succeeded || change.RetryAfter is not { } pause || pause > LongestPause || pauses == MostPauses) return change;
            await Task.Delay(pause, time, cancellation);
        }
    }

    private async Task SweepAsync()
    {
        // Off the thread of the start at once: the first step may already start a command.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            using (var limit = new CancellationTokenSource(SweepLimit, time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token))
            {
                try
                {
                    // Each once: what cannot be removed without somebody's help would be told each hour.
                    foreach (var failed in await challenge.SweepAsync(either.Token))
                    {
                        if (told.Add(failed.Ticket!.Key)) logger.LogWarning("{Problem}", failed.Problem);
                    }
                }
                catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
                {
                    logger.LogWarning("Taking out TXT values that were left behind took longer than {Seconds} s; it is tried again in an hour.", SweepLimit.TotalSeconds);
                }
                catch (Exception error) when (!_stop.IsCancellationRequested)
                {
                    // A fault of ours with one value must not keep the others in their zones for good.
                    logger.LogError(error, "TXT values that were left behind could not be taken out; it is tried again in an hour.");
                }
            }

            await Task.Delay(SweepEvery, time, _stop.Token);
        }
    }

    private async Task RemoveAsync(DnsRecordTicket ticket, CancellationToken stop)
    {
        if ((await challenge.RemoveAsync(ticket, stop)).Problem is { } problem) logger.LogWarning("{Problem}", problem);
    }

    private sealed class Shown(DnsSolver solver, DnsRecordTicket ticket, CancellationToken stop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await solver.RemoveAsync(ticket, stop);
    }
}
