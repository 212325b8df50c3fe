using System.Buffers;
using System.IO.Pipelines;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>The two pipes of a connection. The server's side goes on wherever the bytes come in, and the socket's side on its loop.</summary>
internal sealed class LoopPipes
{
    /// <summary>Bytes the server may have written before it must wait for the client. With the 32 KiB of one read from a backend that makes 64 KiB held for a slow client.</summary>
    private const int OutputBytes = 32 * 1024;

    private readonly Pipe _input;
    private readonly Pipe _output;

    /// <param name="loop">Of the connection.</param>
    /// <param name="pool">Where its buffers come from, while there is something in them.</param>
    /// <param name="inputBytes">Bytes that may have come in before reading stops.</param>
    public LoopPipes(EventLoop loop, MemoryPool<byte> pool, int inputBytes)
    {
        _input = new Pipe(new PipeOptions(pool, PipeScheduler.Inline, loop, inputBytes, inputBytes / 2, useSynchronizationContext: false));
        _output = new Pipe(new PipeOptions(pool, loop, PipeScheduler.Inline, OutputBytes, OutputBytes / 2, useSynchronizationContext: false));
        Application = new Duplex(_input.Reader, _output.Writer);
    }

    /// <summary>What the server reads and writes.</summary>
    public IDuplexPipe Application { get; }

    /// <summary>Where received bytes go.</summary>
    public PipeWriter Received => _input.Writer;

    /// <summary>Where bytes to be sent come from.</summary>
    public PipeReader ToSend => _output.Reader;

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
