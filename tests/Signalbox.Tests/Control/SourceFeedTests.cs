using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Control;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Control;

public sealed class SourceFeedTests
{
    private static readonly Claim Entry = new() { Owner = Naming.FileOwner("f.yaml", "a.localhost", "/"), Hosts = ["a.localhost"], Backends = [new Backend(BackendScheme.Http, "localhost", 1)] };
    private static readonly Problem Wrong = new(ProblemType.InvalidConfig, ProblemSide.Request, "f.yaml:1", "It is wrong.");

    [Fact]
    public async Task Source_CannotTell_ItsLastClaimsStayAndTheProblemIsShown()
    {
        await using var rig = await ControlRig.StartAsync();
        var source = new ToldSource();
        await using var feed = new SourceFeed(rig.Writer, TimeProvider.System, NullLogger<SourceFeed>.Instance);
        feed.Start(source);
        await source.TellAsync(new SourceReport([Entry], default));
        await source.TellAsync(new SourceReport(null, [Wrong]));
        await source.TakenAsync();
        feed.Problems.ShouldBe([Wrong]);
        rig.Plane.Carried.Count.ShouldBe(1);
        await source.TellAsync(new SourceReport([], default));
        await source.TakenAsync();
        feed.Problems.ShouldBeEmpty();
        rig.Plane.Carried.ShouldBeEmpty();
    }

    [Fact]
    public async Task Source_Fails_IsStartedAnewAndItsClaimsStayMeanwhile()
    {
        await using var rig = await ControlRig.StartAsync();
        var source = new ToldSource();
        var time = new FakeTimeProvider();
        await using var feed = new SourceFeed(rig.Writer, time, NullLogger<SourceFeed>.Instance);
        feed.Start(source);
        await source.TellAsync(new SourceReport([Entry], default));
        await source.TellAsync(null);
        await time.TimerSetAsync(SourceFeed.Again);
        feed.Problems.Single().Type.ShouldBe("source-failed");
        rig.Plane.Carried.Count.ShouldBe(1);
        time.Advance(SourceFeed.Again);
        await source.TellAsync(new SourceReport([], default));
        await source.TakenAsync();
        feed.Problems.ShouldBeEmpty();
        rig.Plane.Carried.ShouldBeEmpty();
    }

    [Fact]
    public async Task Source_ChangeRefusedByTheStore_IsWrittenAgainByItself()
    {
        await using var rig = await ControlRig.StartAsync();
        rig.Store.Refusal = new Problem(ProblemType.StoreFull, ProblemSide.System, "signalbox.db", "The disk is full.");
        var source = new ToldSource();
        var time = new FakeTimeProvider();
        await using var feed = new SourceFeed(rig.Writer, time, NullLogger<SourceFeed>.Instance);
        feed.Start(source);
        await source.TellAsync(new SourceReport([Entry], default));
        await time.TimerSetAsync(SourceFeed.Again);
        feed.Problems.Single().Type.ShouldBe(ProblemType.StoreFull);
        rig.Store.Refusal = null;
        time.Advance(SourceFeed.Again);
        await source.TakenAsync();
        feed.Problems.ShouldBeEmpty();
        rig.Plane.Carried.Count.ShouldBe(1);
    }

    /// <summary>Says what it is told to; null makes it fail.</summary>
    private sealed class ToldSource : ISource
    {
        private readonly Channel<SourceReport?> _reports = Channel.CreateUnbounded<SourceReport?>();
        private readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();
        private int _told;

        public string Name => Owner.File;

        public ValueTask TellAsync(SourceReport? report)
        {
            _told++;
            return _reports.Writer.WriteAsync(report);
        }

        /// <summary>Everything told was taken in: the feed has come back for more.</summary>
        public async Task TakenAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            for (; _told > 0; _told--) await _asked.Reader.ReadAsync(limit.Token);
        }

        public async IAsyncEnumerable<SourceReport> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var report in _reports.Reader.ReadAllAsync(cancellation))
            {
                if (report is null)
                {
                    await _asked.Writer.WriteAsync(true, cancellation);
                    throw new IOException("the source is broken");
                }

                yield return report;
                await _asked.Writer.WriteAsync(true, cancellation);
            }
        }
    }
}
