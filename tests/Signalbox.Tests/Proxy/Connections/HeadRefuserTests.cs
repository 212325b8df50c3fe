using System.IO.Pipelines;
using Signalbox.Proxy.Connections;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Connections;

public sealed class HeadRefuserTests
{
    /// <summary>A timer may fire a little before its time; a reader that found the head not yet late waited for ever.</summary>
    [Fact]
    public async Task HeadBegan_TimerFiredTooEarly_LooksAgain()
    {
        var time = new FakeTimeProvider();
        var options = new GuardOptions();
        var pipe = new Pipe();
        using var refuser = new HeadRefuser(new Pipe().Writer, options, time);
        refuser.HeadBegan(pipe.Reader);
        time.Advance(options.HeadersTimeout);
        await WokenAsync(pipe.Reader);

        time.Advance(HeadRefuser.LookAgain);
        await WokenAsync(pipe.Reader);

        refuser.HeadEnded();
        time.Advance(options.HeadersTimeout);
        pipe.Reader.TryRead(out _).ShouldBeFalse();
    }

    private static async Task WokenAsync(PipeReader reader)
    {
        var read = reader.ReadAsync(TestContext.Current.CancellationToken);
        read.IsCompleted.ShouldBeTrue();
        var result = await read;
        result.IsCanceled.ShouldBeTrue();
        reader.AdvanceTo(result.Buffer.Start);
    }
}
