using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy.Routing;
using Signalbox.Proxy.Tls;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Tls;

/// <summary>One connection through the middleware, without sockets: pipes take the transport's place, and a delegate the server's.</summary>
internal sealed class TerminatedConnection : IMemoryPoolFeature, IAsyncDisposable
{
    private readonly Pipe _up;
    private readonly Pipe _down;
    private readonly DefaultConnectionContext _context;
    private readonly CancellationTokenSource _closed = new();

    /// <param name="server">What is done once the handshake is.</param>
    /// <param name="time">For the handshake's limit.</param>
    /// <param name="challenges">Certificates of open challenges.</param>
    /// <param name="held">Octets either direction of the transport holds.</param>
    public TerminatedConnection(ConnectionDelegate server, TimeProvider? time = null, IChallengeCertificates? challenges = null, int held = 256 * 1024)
    {
        _up = new Pipe(new PipeOptions(null, PipeScheduler.Inline, PipeScheduler.Inline, held, held / 2, useSynchronizationContext: false));
        _down = new Pipe(new PipeOptions(null, PipeScheduler.Inline, PipeScheduler.Inline, held, held / 2, useSynchronizationContext: false));
        _context = new DefaultConnectionContext("test") { Transport = new Duplex(_up.Reader, _down.Writer), ConnectionClosed = _closed.Token };
        _context.Features.Set<IMemoryPoolFeature>(this);
        Raw = new ClientStream(_down.Reader, _up.Writer);
        var selector = new TlsSelector(Book, new HostIndex(), challenges ?? NoChallengeCertificates.Instance);
        Served = ServeAsync(new TlsTermination(selector, time ?? TimeProvider.System, NullLogger.Instance).Wrap(server));
    }

    public SelfSignedBook Book { get; } = new();

    public CountingPool Pool { get; } = new();

    /// <summary>What the client has in place of a socket.</summary>
    public ClientStream Raw { get; }

    /// <summary>Done when the middleware is.</summary>
    public Task Served { get; }

    System.Buffers.MemoryPool<byte> IMemoryPoolFeature.MemoryPool => Pool;

    /// <summary>The client's end of the connection, in order and without close_notify.</summary>
    public void EndSending() => _up.Writer.Complete();

    public async Task<SslStream> HandshakeAsync(string host = "localhost", SslProtocols version = SslProtocols.Tls13, params string[] protocols)
    {
        var tls = new SslStream(Raw, leaveInnerStreamOpen: true);
#pragma warning disable CA5359 // These certificates are signed by themselves.
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = version,
            ApplicationProtocols = [.. protocols.Select(protocol => new SslApplicationProtocol(protocol))],
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        }).WaitAsync(TestRouter.Patience);
#pragma warning restore CA5359
        return tls;
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _up.Writer.CompleteAsync();
        await _down.Reader.CompleteAsync();
        await Served.WaitAsync(TestRouter.Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task ServeAsync(ConnectionDelegate connection)
    {
        await Task.Yield();
        await connection(_context);
        await _context.Transport.Input.CompleteAsync();
        await _context.Transport.Output.CompleteAsync();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
