using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>
/// The routes of one config file as claims. A right file is told whole, a missing one as no claims, a wrong one as its problems without claims, so that the
/// last right one stays in force. What says the same as before is not told again.
/// </summary>
/// <param name="path">May not exist yet, nor its directory.</param>
/// <param name="time">For the waits.</param>
/// <param name="logger">Told of refused and healed files.</param>
internal sealed class FileSource(string path, TimeProvider time, ILogger logger) : ISource
{
    /// <summary>A look without an event: file systems over a network send none, and a queue of events can overflow. Costs one open each.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <summary>So long must nothing happen before the file is read: editors and copies write in several steps, milliseconds apart.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>Steps that never end are not waited for longer than this many times <see cref="Quiet"/>.</summary>
    private const int MaxQuietRounds = 20;

    /// <summary>
    /// A file that had routes and is now gone or empty is looked at once more after this time: some editors remove or cut off the file and then write it,
    /// and nobody's routes may go for that.
    /// </summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(500);

    private readonly string _path = Path.GetFullPath(path);

    public string Name => Owner.File;

    /// <summary>Told each right file, whole and before its claims, also when only other things than routes have changed; one that is missing is the default.</summary>
    public Action<SignalboxConfig> Read { get; init; } = _ => { };

    public async IAsyncEnumerable<SourceReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var watch = new FileWatch(_path, logger);
        SourceReport? told = null;
        IReadOnlyList<Claim> claims = [];
        FileStamp? read = null;
        while (true)
        {
            // 1. Watch first, look then: what changes during the look wakes us again.
            watch.Arm();
            var stamp = FileStamp.Of(_path);
            if (stamp != read)
            {
                if (stamp.IsVoid && claims.Count > 0) stamp = await LookAgainAsync(watch, cancellation).ConfigureAwait(false);

                // 2. Parse off this thread: 100,000 routes take a while.
                var (report, config) = await Task.Run(Look, cancellation).ConfigureAwait(false);

                // 3. A file that was written while it was read is read again, without a word about what was seen in between.
                if (FileStamp.Of(_path) != stamp && !cancellation.IsCancellationRequested)
                {
                    await watch.WaitAsync(Quiet, time, cancellation).ConfigureAwait(false);
                    continue;
                }

                // 4. Tell it if it says anything new.
                read = stamp;
                if (config is not null) Read(config);
                if (IsNew(report, told, claims))
                {
                    Log(report, told);
                    claims = report.Claims ?? claims;
                    told = report;
                    yield return report;
                }
            }

            // 5. Wait for an event or the poll, and after an event until it is quiet.
            if (!await watch.WaitAsync(Poll, time, cancellation).ConfigureAwait(false)) continue;
            read = null;
            for (var round = 0; round < MaxQuietRounds && await watch.WaitAsync(Quiet, time, cancellation).ConfigureAwait(false);) round++;
        }
    }

    private async Task<FileStamp> LookAgainAsync(FileWatch watch, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var stamp = FileStamp.Of(_path);
            var left = Doubt - time.GetElapsedTime(began);
            if (!stamp.IsVoid || left <= TimeSpan.Zero) return stamp;
            await watch.WaitAsync(left, time, cancellation).ConfigureAwait(false);
        }
    }

    private (SourceReport Report, SignalboxConfig? Config) Look()
    {
        var config = ConfigFile.Read(_path);
        if (config.Succeeded)
        {
            var label = Path.GetFileName(_path);
            return (new SourceReport([.. config.Value.Routes.Select(entry => ToClaim(entry, label))], []), config.Value);
        }

        return config.Problem.Type == ProblemType.NotFound ? (new SourceReport([], default), SignalboxConfig.Default) : (new SourceReport(null, config.Problems), null);
    }

    /// <summary>
    /// The label names the file without the line: with it, a line put in at the top would change every claim below, and with the claims all their routes.
    /// Where an entry stands is told by <see cref="RouteEntry.Line"/>.
    /// </summary>
    private Claim ToClaim(RouteEntry entry, string label) => new()
    {
        Owner = Naming.FileOwner(_path, entry.Host, entry.Path),
        Hosts = [entry.Host],
        Path = entry.Path,
        Backends = [entry.To],
        Tls = entry.Tls,
        HostHeader = entry.HostHeader,
        Life = ClaimLife.Lasting,
        Label = label,
    };

    /// <summary>The order of the entries has no meaning, but a change of it alone is rare, and telling it again harms nobody.</summary>
    private static bool IsNew(SourceReport report, SourceReport? told, IReadOnlyList<Claim> claims) =>
        told is null || report.Problems != told.Problems || (report.Claims is not null && !report.Claims.SequenceEqual(claims));

    private void Log(SourceReport report, SourceReport? told)
    {
        if (report.Claims is null)
        {
            logger.LogWarning("{File} has {Count} problems, the last good one stays in force; the first: {Problem}",
                _path, report.Problems.Count, report.Problems[0].ToString());
        }
        else if (told is { Claims: null })
        {
            logger.LogInformation("{File} is right again: {Count} routes", _path, report.Claims.Count);
        }
    }
}
