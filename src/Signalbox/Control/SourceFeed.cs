using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Signalbox.Control.Writing;
using Signalbox.Model;

namespace Signalbox.Control;

/// <summary>Listens to the sources and hands what they say to the writer. A source that cannot tell keeps its last claims in force; what is wrong with it is shown.</summary>
internal sealed class SourceFeed(EdgeWriter writer, TimeProvider time, ILogger<SourceFeed> logger) : IAsyncDisposable
{
    /// <summary>Before a source that failed is asked anew, and before a change that the store refused is written again: soon after a disk was freed, and no load until then.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Items<Problem>> _problems = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];

    public IEnumerable<Problem> Problems => _problems.Values.SelectMany(problems => (IEnumerable<Problem>)problems);

    public void Start(ISource source) => _loops.Add(Task.Run(() => FeedAsync(source, _stop.Token)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task FeedAsync(ISource source, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (var report in source.WatchAsync(cancellation)) await TakeAsync(source, report, cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                logger.LogError(error, "Source {Source} failed; its last claims stay in force and it is started anew.", source.Name);
                _problems[source.Name] = [new Problem("source-failed", ProblemSide.Daemon, source.Name, $"The source failed: {error.Message}", "Its last routes stay in force, and it is tried again by itself.", Retry: true)];
            }

            await Task.Delay(Again, time, cancellation);
        }
    }

    /// <summary>A source says a thing once. What cannot be recorded now is therefore kept and written again, or the change would be lost until the next one.</summary>
    private async Task TakeAsync(ISource source, SourceReport report, CancellationToken cancellation)
    {
        while (true)
        {
            var refused = report.Claims is null ? default : (await writer.WriteAsync(new ReplaceWish(source.Name, report.Claims))).Problems;
            Show(source, report.Problems.Concat(refused).ToItems());
            if (refused.IsEmpty) return;
            await Task.Delay(Again, time, cancellation);
        }
    }

    private void Show(ISource source, Items<Problem> problems)
    {
        if (!problems.IsEmpty && problems != _problems.GetValueOrDefault(source.Name))
        {
            foreach (var problem in problems) logger.LogWarning("{Source}: {Problem}", source.Name, problem);
        }

        _problems[source.Name] = problems;
    }
}
