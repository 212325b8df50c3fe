using Signalbox.Proxy.Connections;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>
/// When a backend's connection ends after its client has gone, on the test's clock. A reset, or an end in the middle of a request, leaves no doubt; an end after a
/// whole request may be a client's who waits for its answer, and is believed for a while.
/// </summary>
public sealed class LeavingTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
    private const string HalfAnUpload = "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 10\r\n\r\nhello";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The clock stands still, so nothing but the event itself can end the connection.</summary>
    [Theory]
    [InlineData(Get, "\r\n\r\n", true)]
    [InlineData(HalfAnUpload, "hello", true)]
    [InlineData(HalfAnUpload, "hello", false)]
    public async Task Client_GoneForCertain_EndsTheBackendsConnectionAtOnce(string request, string lastOfIt, bool resets)
    {
        using var backend = Backend(lastOfIt);
        await using var router = await StartAsync(backend);
        using var client = await router.ConnectAsync();
        await client.SendAsync(request);
        await _asked.Task.WaitAsync(TestRouter.Patience, Cancellation);
        if (resets) client.Reset();
        else client.Dispose();
        (await _ended.Task.WaitAsync(TestRouter.Patience, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Client_EndsItsSideAndTakesNothing_EndsTheBackendsConnectionAfterTenSeconds()
    {
        using var backend = Backend("\r\n\r\n");
        using var other = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var router = await StartAsync(backend);
        router.Route("other.localhost", other.Url);
        using var client = await router.ConnectAsync();
        await client.SendAsync(Get);
        await _asked.Task.WaitAsync(TestRouter.Patience, Cancellation);
        client.EndSending();
        await _time.TimerSetAsync(HalfCloseWatch.Interval);
        _time.Advance(TimeSpan.FromSeconds(10) - HalfCloseWatch.Interval);
        // Another's request, there and back: whatever the time has set off has happened by then.
        (await router.Client.GetStringAsync(router.Url("other.localhost"), Cancellation)).ShouldBe("ok");
        _ended.Task.IsCompleted.ShouldBeFalse();
        _time.Advance(HalfCloseWatch.Interval);
        (await _ended.Task.WaitAsync(TestRouter.Patience, Cancellation)).ShouldBeTrue();
    }

    private async Task<TestRouter> StartAsync(ScriptedBackend backend)
    {
        var router = await TestRouter.StartAsync(time: _time);
        router.Route("app.localhost", backend.Url);
        return router;
    }

    /// <summary>Says nothing, and notes the end.</summary>
    private ScriptedBackend Backend(string lastOfIt) => new(async wire =>
    {
        await wire.ReadToAsync(lastOfIt);
        _asked.TrySetResult();
        _ended.TrySetResult(await wire.EndsAsync());
    });
}
