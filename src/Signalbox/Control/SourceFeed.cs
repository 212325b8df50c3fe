using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Signalbox.Control.Writing;
using Signalbox.Model;

namespace Signalbox.Control;

/// <summary>Listens to the sources and hands what they say to the writer. A source that cannot tell keeps its last claims in force; what is wrong with it is shown.</summary>
internal sealed class SourceFeed(EdgeWriter writer, ILogger<SourceFeed> logger) : IAsyncDisposable
{
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
        try
        {
            await foreach (var report in source.WatchAsync(cancellation))
            {
                var problems = report.Problems;
                if (report.Claims is not null)
                {
                    var written = await writer.WriteAsync(new ReplaceWish(source.Name, report.Claims));
                    if (!written.Succeeded) problems = problems.Concat(written.Problems).ToItems();
                }

                if (!problems.IsEmpty && problems != _problems.GetValueOrDefault(source.Name))
                {
                    foreach (var problem in problems) logger.LogWarning("{Source}: {Problem}", source.Name, problem);
                }

                _problems[source.Name] = problems;
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.LogError(error, "Source {Source} failed; its last claims stay in force.", source.Name);
            _problems[source.Name] = [new Problem("source-failed", ProblemSide.Daemon, source.Name, $"The source failed: {error.Message}", "Its last routes stay in force; restart the daemon to start it anew.")];
        }
    }
}
