using System.Net;
using Microsoft.Extensions.Logging;
using Signalbox.Proxy.Connections;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Connections;

public sealed class RefusalLogTests
{
    private static readonly IPEndPoint Peer = new(IPAddress.Loopback, 4711);

    [Fact]
    public void Note_ManyWithinASecond_WritesOneLineForEachReason()
    {
        var (lines, log, _) = New();
        for (var i = 0; i < 100; i++)
        {
            log.Note(Refusal.Host, Peer);
            log.Note(Refusal.NoHost, Peer);
        }

        lines.ShouldBe([$"Refused a request from 127.0.0.1:4711 with 400: {Refusal.Host.Text}", $"Refused a request from 127.0.0.1:4711 with 400: {Refusal.NoHost.Text}"]);
    }

    [Fact]
    public void Note_AfterASecond_TellsHowManyThereWere()
    {
        var (lines, log, time) = New();
        for (var i = 0; i < 4; i++) log.Note(Refusal.Host, Peer);
        time.Advance(TimeSpan.FromSeconds(1));
        log.Note(Refusal.Host, Peer);
        lines.Count.ShouldBe(2);
        lines[1].ShouldStartWith("Refused 4 requests since the last such line, the latest from 127.0.0.1:4711, with 400: ");
    }

    [Fact]
    public async Task Server_RefusedHeadAndBody_AreNoted()
    {
        var (lines, _, _) = New();
        await using var server = await GuardedServer.StartAsync(logger: new Lines(lines));
        await server.ExchangeAsync("GET / HTTP/1.1\r\nHost: secret@x\r\n\r\n");
        await server.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
        await server.StopAsync();
        lines.Count.ShouldBe(2);
        lines[0].ShouldContain(Refusal.Host.Text);
        lines[1].ShouldContain(Refusal.ChunkSize.Text);
        string.Concat(lines).ShouldNotContain("secret");
    }

    private static (List<string>, RefusalLog, FakeTimeProvider) New()
    {
        var lines = new List<string>();
        var time = new FakeTimeProvider();
        return (lines, new RefusalLog(new Lines(lines), time), time);
    }

    private sealed class Lines(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines) lines.Add(formatter(state, exception));
        }
    }
}
