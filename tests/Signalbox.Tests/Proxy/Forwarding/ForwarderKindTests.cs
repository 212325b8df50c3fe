using Signalbox.Proxy;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

public sealed class ForwarderKindTests
{
    /// <summary>The two are told apart by what they do with a field that comes twice: the framework's client puts both values into one line.</summary>
    [Theory]
    [InlineData(false, "x-twice: 1\r\nx-twice: 2\r\n")]
    [InlineData(true, "x-twice: 1, 2\r\n")]
    public async Task Forwarder_Option_DecidesWhoSpeaksToTheBackend(bool isGeneral, string expected)
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = new ScriptedBackend(async wire =>
        {
            seen.TrySetResult(await wire.ReadHeadAsync());
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        });
        await using var router = await TestRouter.StartAsync(new RouterOptions { Forwarder = isGeneral ? ForwarderKind.General : ForwarderKind.Lane });
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();

        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n");

        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
        (await seen.Task.WaitAsync(TestRouter.Patience, TestContext.Current.CancellationToken)).ToLowerInvariant().ShouldContain(expected);
    }
}
