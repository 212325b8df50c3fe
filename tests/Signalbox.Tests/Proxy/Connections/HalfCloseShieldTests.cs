using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Connections;

public sealed class HalfCloseShieldTests
{
    private static readonly byte[] Get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray();
    private static readonly TimeSpan Step = HalfCloseWatch.Interval;

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<HttpContext> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Client_EndsItsDirection_IsAnswered()
    {
        await using var server = await StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        socket.Shutdown(SocketShutdown.Send);
        await _time.TimerSetAsync(Step);
        _time.Advance(HalfCloseWatch.Patience - Step);
        _answer.SetResult();
        (await GuardedServer.ReadToEndAsync(socket)).ShouldContain("done");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TlsClient_EndsItsDirection_IsAnswered(bool saysSo)
    {
        using var certificate = TestCertificate.Create();
        await using var server = await GuardedServer.StartAsync(time: _time, certificate: certificate, handler: AnswerAsync);
        using var socket = await server.ConnectAsync();
        await using var stream = new NetworkStream(socket);
        await using var tls = new SslStream(stream, false, (_, seen, _, _) => certificate.Equals(seen));
        await tls.AuthenticateAsClientAsync("localhost");
        await tls.WriteAsync(Get);
        if (saysSo) await tls.ShutdownAsync();
        await _began.Task;
        socket.Shutdown(SocketShutdown.Send);
        await _time.TimerSetAsync(Step);
        _answer.SetResult();
        using var reader = new StreamReader(tls, Encoding.Latin1);
        (await reader.ReadToEndAsync()).ShouldContain("done");
    }

    [Fact]
    public async Task Client_TakesNothing_IsGivenUpAfterTheTime()
    {
        await using var server = await StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        socket.Shutdown(SocketShutdown.Send);
        await _time.TimerSetAsync(Step);
        _time.Advance(HalfCloseWatch.Patience - Step);
        _aborted.Task.IsCompleted.ShouldBeFalse();
        _time.Advance(Step);
        await _aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Client_TakesMore_IsGivenMoreTime()
    {
        await using var server = await StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        var context = await _began.Task;
        socket.Shutdown(SocketShutdown.Send);
        await _time.TimerSetAsync(Step);
        var readState = StateOf(context);
        for (var round = 0; round < 4; round++)
        {
            var before = readState()!.Value.Acknowledged;
            await context.Response.WriteAsync("some");
            await context.Response.Body.FlushAsync();
            while (readState()!.Value.Acknowledged == before) await Task.Delay(5);
            _time.Advance(HalfCloseWatch.Patience - Step);
        }

        _aborted.Task.IsCompleted.ShouldBeFalse();
        _answer.SetResult();
        (await GuardedServer.ReadToEndAsync(socket)).ShouldContain("done");
    }

    [Fact]
    public async Task Tunnel_Holds_IsNotGivenUpForSilence()
    {
        await using var server = await StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        var context = await _began.Task;
        var hold = context.Features.Get<IHalfCloseFeature>()!.Hold();
        socket.Shutdown(SocketShutdown.Send);
        await _time.TimerSetAsync(Step);
        _time.Advance(HalfCloseWatch.Patience * 6);
        _aborted.Task.IsCompleted.ShouldBeFalse();
        hold.Dispose();
        _time.Advance(HalfCloseWatch.Patience);
        await _aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Client_ResetsAfterItsEnd_IsNoticedAtTheNextLook()
    {
        await using var server = await StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        var context = await _began.Task;
        var readState = StateOf(context);
        using var hold = context.Features.Get<IHalfCloseFeature>()!.Hold();
        socket.Shutdown(SocketShutdown.Send);
        await _time.TimerSetAsync(Step);
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        while (readState() is { IsHalfClosed: true }) await Task.Delay(5);
        _time.Advance(Step);
        await _aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Client_Resets_IsNoticedAtOnce()
    {
        await using var server = await StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        await _began.Task;
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        await _aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>The kernel's view of the connection, on either transport.</summary>
    private static Func<TcpState?> StateOf(HttpContext context)
    {
        if (context.Features.Get<ISocketStateFeature>() is { } state) return state.ReadState;
        var socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        return () => TcpState.Read(socket);
    }

    private Task<GuardedServer> StartAsync() => GuardedServer.StartAsync(time: _time, handler: AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        using var registration = context.RequestAborted.Register(() =>
        {
            _aborted.TrySetResult();
            _answer.TrySetResult();
        });
        _began.SetResult(context);
        await _answer.Task;
        await context.Response.WriteAsync("done");
    }
}
