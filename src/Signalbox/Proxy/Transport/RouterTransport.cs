using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Transport;

/// <summary>What moves the bytes: event loops where they are wanted and can be had, else the framework's sockets, and why.</summary>
internal sealed class RouterTransport(RouterOptions options, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private readonly AcceptShortage _shortage = new(logs.CreateLogger<AcceptShortage>());
    private EventLoops? _loops;
    private LoopsWatch? _watch;

    private TransportReport _report = new(options.Transport == TransportKind.Epoll && EventLoops.Unsupported is null ? TransportReport.Epoll : TransportReport.Sockets, 0, null);

    /// <summary>What is used, settled by <see cref="Start"/>, and how long the loops have stood at most.</summary>
    public TransportReport Report => _loops is null ? _report : WithLongestTurn(_loops.All.Select(loop => loop.Watch).MaxBy(watch => watch.Longest)!);

    /// <summary>Makes the loops' buffer pools; null: the server's.</summary>
    public IMemoryPoolFactory<byte>? Memory { private get; init; }

    /// <summary>What is wrong with it now.</summary>
    public IReadOnlyList<Problem> Problems => [.. _shortage.Problems, .. _watch?.Problems ?? []];

    /// <summary>The loops, once started; null on sockets.</summary>
    public EventLoops? Loops => _loops;

    public IConnectionListenerFactory Start(ListenSockets sockets, IServiceProvider services)
    {
        var reason = options.Transport == TransportKind.Sockets ? null : EventLoops.Unsupported;
        if (options.Transport == TransportKind.Epoll && reason is null)
        {
            try
            {
                _loops = EventLoops.Start(options.EventLoops, Memory ?? services.GetRequiredService<IMemoryPoolFactory<byte>>(), time, logs);
                _watch = new LoopsWatch(_loops, time, logs.CreateLogger<LoopsWatch>());
                _report = new TransportReport(TransportReport.Epoll, _loops.All.Count, null);
                return new EpollTransportFactory(_loops, sockets.Take, _shortage, time);
            }
            catch (IOException exception)
            {
                // The system's own words speak of all its files.
                var isShort = exception.InnerException is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets };
                reason = $"epoll is not to be had: {(isShort ? "too few files may be open for its event loops (ulimit -n)" : exception.Message)}";
            }
        }

        _report = new TransportReport(TransportReport.Sockets, 0, reason);
        var transport = new SocketTransportOptions
        {
            Backlog = ListenSockets.Backlog,
            CreateBoundListenSocket = sockets.Take,
            // What is read is handled at once, on the thread that read it: a hop costs more than most requests.
            UnsafePreferInlineScheduling = true,
            MaxReadBufferSize = HeldBytes.Most,
            MaxWriteBufferSize = HeldBytes.Most,
        };
        return new SocketTransportFactory(Options.Create(transport), logs);
    }

    /// <summary>After everything that lives on the loops has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        if (_loops is not null) await _loops.DisposeAsync();
    }

    private TransportReport WithLongestTurn(LoopWatch watch) =>
        _report with { LongestTurnMilliseconds = Math.Round(watch.Longest.TotalMilliseconds, 3), LongestTurnAt = watch.LongestIs is { Length: > 0 } what ? what : null };
}
