using System.Buffers;
using System.IO.Pipelines;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>The two pipes of a connection. The server's side goes on wherever the bytes come in, and the socket's side on its loop.</summary>
internal sealed class LoopPipes
{
    /// <summary>
    /// Bytes the server may have written before it must wait for the client. With one more read from a backend, of a little under 48 KiB, it makes at most 64 KiB held for a
    /// slow client; what the client's socket takes at once is not counted, and that is mostly all of it.
    /// </summary>
    private const int OutputBytes = 16 * 1024;

    /// <summary>
    /// Bytes that may have come in before reading stops until somebody has looked at them; with the last receive, at most <see cref="HeldBytes.Most"/>. A head of a request may be longer: the pipe
    /// counts what has not been looked at, and whoever waits for the rest of a head has looked at all there is of it.
    /// </summary>
    private const int InputBytes = HeldBytes.Most - LargestReceive;

    /// <summary>Room for one receive while a client sends as quickly as it is read, so that a large body takes a twelfth of the calls.</summary>
    public const int LargestReceive = 48 * 1024;

    private readonly Pipe _input;
    private readonly Pipe _output;

    public LoopPipes(Settings settings)
    {
        (_input, _output) = (new Pipe(settings.Input), new Pipe(settings.Output));
        Application = new Duplex(_input.Reader, _output.Writer);
    }

    /// <summary>What the server reads and writes.</summary>
    public IDuplexPipe Application { get; }

    /// <summary>Where received bytes go.</summary>
    public PipeWriter Received => _input.Writer;

    /// <summary>Where bytes to be sent come from.</summary>
    public PipeReader ToSend => _output.Reader;

    /// <summary>What all connections of a loop have in common.</summary>
    /// <param name="loop">Of the connections.</param>
    /// <param name="pool">Where their buffers come from, while there is something in them.</param>
    public sealed class Settings(EventLoop loop, MemoryPool<byte> pool)
    {
        public MemoryPool<byte> Pool => pool;

        public PipeOptions Input { get; } = new(pool, PipeScheduler.Inline, loop, InputBytes, InputBytes, useSynchronizationContext: false);

        public PipeOptions Output { get; } = new(pool, loop, PipeScheduler.Inline, OutputBytes, OutputBytes, useSynchronizationContext: false);
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe, IEndsSeparately
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
