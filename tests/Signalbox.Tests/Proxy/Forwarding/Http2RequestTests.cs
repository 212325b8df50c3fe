using System.Collections.Concurrent;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>Requests over HTTP/2 that would be something else written down in HTTP/1.1.</summary>
public sealed class Http2RequestTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("x: 1\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: app.localhost\r\nx", "1")]
    [InlineData("x\r\ny", "1")]
    [InlineData("x\n", "1")]
    [InlineData("x y", "1")]
    [InlineData("transfer-encoding ", "chunked")]
    [InlineData(" x", "1")]
    [InlineData("x:y", "1")]
    [InlineData("x(y)", "1")]
    [InlineData("x\u007f", "1")]
    [InlineData("x", "1\r\ny: 2")]
    [InlineData("x", "\u0001")]
    [InlineData("x", "a\u007f")]
    public async Task Request_FieldThatHttp1CannotHold_NeverReachesTheBackend(string name, string value)
    {
        var (seen, answer) = await AskAsync((":path", "/"), (":authority", "app.localhost"), (name, value));
        seen.ShouldBeEmpty();
        answer.ShouldNotContain("ok");
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("/a\r\nx: y")]
    [InlineData("/a#b")]
    [InlineData("/\u00e9")]
    [InlineData("http://app.localhost/")]
    [InlineData("app")]
    public async Task Request_TargetThatHttp1CannotHold_NeverReachesTheBackend(string path)
    {
        var (seen, _) = await AskAsync((":path", path), (":authority", "app.localhost"));
        seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Request_AuthorityAndHostDiffer_BackendSeesTheAuthorityAlone()
    {
        var (seen, answer) = await AskAsync((":path", "/"), (":authority", "app.localhost"), ("host", "other.localhost"));
        answer.ShouldBe("ok");
        seen.ShouldHaveSingleItem().ShouldContain("Host: app.localhost\r\n");
        seen.Single().ShouldNotContain("other");
    }

    [Fact]
    public async Task Request_HostInsteadOfAuthority_IsRoutedByIt()
    {
        var (seen, answer) = await AskAsync((":path", "/"), ("host", "app.localhost"));
        answer.ShouldBe("ok");
        seen.ShouldHaveSingleItem().ShouldContain("Host: app.localhost\r\n");
    }

    [Fact]
    public async Task Request_NeitherAuthorityNorHost_IsRoutedNowhere()
    {
        var (seen, answer) = await AskAsync((":path", "/"));
        seen.ShouldBeEmpty();
        answer.ShouldContain("names no host");
    }

    [Theory]
    [InlineData("user@app.localhost")]
    [InlineData("app.localhost/x")]
    [InlineData("app.localhost,other.localhost")]
    [InlineData("app.localhost\r\nx: y")]
    public async Task Request_AuthorityThatIsNoHost_NeverReachesTheBackend(string authority)
    {
        var (seen, _) = await AskAsync((":path", "/"), (":authority", authority));
        seen.ShouldBeEmpty();
    }

    private static async Task<(IReadOnlyCollection<string> Seen, string Answer)> AskAsync(params (string, string)[] fields)
    {
        var seen = new ConcurrentQueue<string>();
        using var backend = new ScriptedBackend(async wire =>
        {
            while (true)
            {
                seen.Enqueue(await wire.ReadHeadAsync());
                await wire.SendAsync(Ok);
            }
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await Http2Wire.ConnectAsync(router.HttpsPort, "app.localhost");
        await wire.RequestAsync(1, [(":method", "GET"), (":scheme", "https"), .. fields]);
        var answer = await wire.AnswerAsync(1);
        return (seen, answer);
    }
}
