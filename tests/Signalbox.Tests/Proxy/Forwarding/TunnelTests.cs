using System.Buffers;
using System.IO.Pipelines;
using Signalbox.Proxy.Forwarding.Tunnels;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>What becomes of a tunnel whose backend has ended its side, by a clock that the test moves.</summary>
public sealed class TunnelTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EndedBackend _backend = new();

    [Fact]
    public async Task Run_BackendHasEndedAndTheClientIsSilent_EndsAfterItsPatience()
    {
        var client = new PipeClient(endsSeparately: true);
        var running = new Tunnel(_backend, null, [], _time).RunAsync(client);
        client.HasEndedOutput.ShouldBeTrue();
        _time.Advance(Tunnel.Patience - TimeSpan.FromSeconds(1));
        running.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await running.WaitAsync(TestRouter.Patience);
        _backend.IsClosed.ShouldBeTrue();
        // All that the backend said has come: that is no abortion.
        client.IsAborted.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_BackendHasEndedAndTheClientTalks_GoesOnUntilTheClientEnds()
    {
        var client = new PipeClient(endsSeparately: true);
        var running = new Tunnel(_backend, null, [], _time).RunAsync(client);
        for (var i = 0; i < 3; i++)
        {
            await client.Sent.WriteAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
            _backend.Bytes.ShouldBe(i + 1);
            _time.Advance(Tunnel.Patience);
        }

        running.IsCompleted.ShouldBeFalse();
        await client.Sent.CompleteAsync();
        await running.WaitAsync(TestRouter.Patience);
        _backend.HasBeenEnded.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_BackendHasEndedAndTheClientCannotBeTold_Ends()
    {
        var client = new PipeClient(endsSeparately: false);
        await new Tunnel(_backend, null, "last"u8.ToArray(), _time).RunAsync(client).WaitAsync(TestRouter.Patience);
        _backend.IsClosed.ShouldBeTrue();
        (await client.Got.ReadAsync(TestContext.Current.CancellationToken)).Buffer.ToArray().ShouldBe("last"u8.ToArray());
    }

    /// <summary>Has said its last word, and takes everything.</summary>
    private sealed class EndedBackend : IStreamSocket
    {
        public int Bytes { get; private set; }

        public bool IsClosed { get; private set; }

        public bool HasBeenEnded { get; private set; }

        public bool IsFresh => false;

        public ValueTask<int> ReceiveAsync(Memory<byte> into) => new(0);

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => SendAsync(new ReadOnlySequence<byte>(bytes));

        public ValueTask SendAsync(ReadOnlySequence<byte> bytes)
        {
            Bytes += (int)bytes.Length;
            return default;
        }

        public ValueTask ShutdownSendAsync()
        {
            HasBeenEnded = true;
            return default;
        }

        public void Close() => IsClosed = true;
    }

    private sealed class PipeClient(bool endsSeparately) : ITunnelClient
    {
        // Inline, so that what is written has been passed on when the write returns.
        private readonly Pipe _up = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        private readonly Pipe _down = new();

        public PipeWriter Sent => _up.Writer;

        public PipeReader Got => _down.Reader;

        public bool HasEndedOutput { get; private set; }

        public bool IsAborted { get; private set; }

        public PipeReader Input => _up.Reader;

        public PipeWriter Output => _down.Writer;

        public CancellationToken Gone => CancellationToken.None;

        public ValueTask<bool> EndOutputAsync()
        {
            HasEndedOutput = true;
            return new(endsSeparately);
        }

        public void Abort() => IsAborted = true;

        public void Dispose()
        {
        }
    }
}
