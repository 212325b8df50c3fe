using System.Threading.Channels;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Tests.Sources.Files;

/// <summary>A source at work: what it tells waits here until it is asked for.</summary>
internal sealed class Watching : IAsyncDisposable
{
    private readonly Channel<SourceReport> _reports = Channel.CreateUnbounded<SourceReport>();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _task;

    public Watching(FileSource source)
    {
        _task = Task.Run(async () =>
        {
            await foreach (var report in source.WatchAsync(_stop.Token)) await _reports.Writer.WriteAsync(report);
        });
    }

    /// <summary>How many reports were taken.</summary>
    public int Told { get; private set; }

    /// <summary>The next report, waiting for it as long as a busy machine may need.</summary>
    public async Task<SourceReport> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var report = await _reports.Reader.ReadAsync(limit.Token);
        Told++;
        return report;
    }

    /// <summary>The next report has exactly these hosts and no problem.</summary>
    public async Task ShouldTell(params string[] hosts)
    {
        var report = await NextAsync();
        report.Problems.ShouldBeEmpty();
        report.Claims!.Select(claim => claim.Hosts[0]).ShouldBe(hosts);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _task.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
