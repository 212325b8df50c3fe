using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport;

/// <summary>The listener that stays, over a transport that accepts nobody and a clock that is moved by hand.</summary>
public sealed class StandingListenerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Transport _transport = new();
    private readonly ListenSockets _sockets = new();
    private int _changes;

    public StandingListenerTests() => _transport.Sockets = _sockets;

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public async Task Held_IsTriedAgainAndListensOnceFree()
    {
        using var port = new TakenPort();
        await using var listener = New(port.Number);
        listener.TryFirst();
        listener.IsListening.ShouldBeFalse();
        listener.Problem!.Type.ShouldBe(ProblemType.PortInUse);
        await listener.BeginAsync(_transport);
        // However long it lasts.
        for (var tries = 0; tries < 20; tries++) _time.Advance(TimeSpan.FromSeconds(12));
        listener.IsListening.ShouldBeFalse();
        port.Free();
        await AdvancedAsync(() => listener.IsListening);
        listener.Problem.ShouldBeNull();
        await AdvancedAsync(() => Volatile.Read(ref _changes) > 0);
        _transport.Made.ShouldBe(1);
    }

    [Fact]
    public async Task Unbound_WhileItWaits_EndsAtOnceAndTellsTheAcceptor()
    {
        using var port = new TakenPort();
        await using var listener = New(port.Number);
        listener.TryFirst();
        await listener.BeginAsync(_transport);
        var accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync().AsTask().WaitAsync(TestRouter.Patience);
        (await accepting.WaitAsync(TestRouter.Patience)).ShouldBeNull();
    }

    [Fact]
    public async Task Lost_IsUnboundAndBoundAnew_AndTheAcceptorGoesOnWithTheNext()
    {
        using var port = new HeldPort();
        await using var listener = New(port.Number);
        listener.TryFirst();
        await listener.BeginAsync(_transport);
        var accepting = listener.AcceptAsync().AsTask();
        ListeningSocket.End(port.Number);
        await AdvancedAsync(() => _transport.Made == 2);
        accepting.IsCompleted.ShouldBeFalse();
        await AdvancedAsync(() => listener.IsListening);
        Volatile.Read(ref _changes).ShouldBeGreaterThanOrEqualTo(1);
        await listener.UnbindAsync();
        (await accepting.WaitAsync(TestRouter.Patience)).ShouldBeNull();
    }

    [Fact]
    public async Task Transport_ThatCannotWatchTheSocket_IsAskedAgain()
    {
        using var port = new HeldPort();
        await using var listener = New(port.Number);
        listener.TryFirst();
        _transport.Fails = true;
        await listener.BeginAsync(_transport);
        listener.IsListening.ShouldBeFalse();
        listener.Problem!.Text.ShouldContain("no room");
        _transport.Fails = false;
        await AdvancedAsync(() => listener.IsListening);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddressThatIsMissing_IsToldUnlessNobodyNeedKnow(bool mayBe)
    {
        var listener = new StandingListener(new ListenPoint(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 8080), false, false) { MayBeMissing = mayBe }, _sockets, _time, NullLogger.Instance, () => { });
        listener.TryFirst();
        listener.IsListening.ShouldBeFalse();
        listener.Problem?.Type.ShouldBe(mayBe ? null : ProblemType.AddressMissing);
        (listener.Problem is null).ShouldBe(mayBe);
    }

    private StandingListener New(int port) =>
        new(new ListenPoint(new IPEndPoint(IPAddress.Loopback, port), false, false), _sockets, _time, NullLogger.Instance, () => Interlocked.Increment(ref _changes));

    /// <summary>Moves the clock on until it is so: what waits for it does not wait for us.</summary>
    private async Task AdvancedAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        while (!condition())
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, limit.Token);
        }
    }

    private sealed class Transport : IConnectionListenerFactory
    {
        public ListenSockets Sockets { private get; set; } = null!;

        public bool Fails { private get; set; }

        public int Made { get; private set; }

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var socket = Sockets.Take(endpoint);
            if (Fails)
            {
                socket.Dispose();
                throw new IOException("There is no room.");
            }

            Made++;
            return new(new Listener(socket));
        }
    }

    private sealed class Listener(Socket socket) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => socket.LocalEndPoint!;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_ended.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            socket.Dispose();
            _ended.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
