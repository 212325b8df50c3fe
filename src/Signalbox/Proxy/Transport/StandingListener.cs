using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Proxy.Transport;

/// <summary>
/// A listener that stays for as long as the server runs, whatever becomes of its socket: a port that somebody else holds is tried again until it is free, and a
/// socket that is lost is bound anew. The server knows nothing of it; to it there are only moments when nobody comes.
/// </summary>
/// <param name="point">Where.</param>
/// <param name="sockets">Makes the socket, and hands it to the transport.</param>
/// <param name="time">Measures the waits between tries and looks.</param>
/// <param name="log">Told when it begins and ceases to listen.</param>
/// <param name="changed">Called, on a thread of the pool, whenever it has begun or ceased to listen, or the reason has changed.</param>
internal sealed class StandingListener(ListenPoint point, ListenSockets sockets, TimeProvider time, ILogger log, Action changed) : IConnectionListener
{
    /// <summary>Between looks whether the socket still listens. One look is one system call.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Who holds the port is searched for among all processes, which takes milliseconds: not with every try once it has lasted.</summary>
    private static readonly TimeSpan SearchEvery = TimeSpan.FromMinutes(1);

    /// <summary>Until then each try searches: the waits between them are short, and so are the lives of what stands in the way. Half a minute in all.</summary>
    private const int SearchingTries = 8;

    /// <summary>What the transport has made of each socket we have had, for the server's loop that accepts.</summary>
    private readonly Channel<IConnectionListener> _begun = Channel.CreateUnbounded<IConnectionListener>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private IConnectionListenerFactory? _transport;
    private volatile Socket? _socket;
    private bool _canLook;
    private int _failures;
    private long _searched;
    private volatile Problem? _problem;
    private volatile IConnectionListener? _listening;
    private Task _standing = Task.CompletedTask;

    /// <summary>The accepting loop's alone.</summary>
    private IConnectionListener? _accepting;

    public EndPoint EndPoint => point.EndPoint;

    public ListenPoint Point => point;

    /// <summary>True while connections come in here.</summary>
    public bool IsListening => _socket is not null && _problem is null;

    /// <summary>Why it does not listen; null when it does, or when nobody need know.</summary>
    public Problem? Problem => _problem is { } problem && !(point.MayBeMissing && problem.Type == ProblemType.AddressMissing) ? problem : null;

    /// <summary>The first try, before the server starts; a failure is told by <see cref="Problem"/> alone.</summary>
    public void TryFirst()
    {
        var bound = sockets.Bind(point.EndPoint, point.IsDual);
        if (bound.Succeeded) Adopt(bound.Value);
        else Failed(bound.Problem);
    }

    /// <summary>It was bound already, together with others.</summary>
    public void Adopt(Socket socket)
    {
        (_socket, _problem, _failures) = (socket, null, 0);
        // Asked while the answer is known: where the system has none, nothing is to be learnt by looking.
        _canLook = Listens(socket);
    }

    /// <summary>The server is there: from now on connections are handed to it, and what is missing is made good.</summary>
    public async ValueTask BeginAsync(IConnectionListenerFactory transport)
    {
        _transport = transport;
        if (_socket is not null) await ListenAsync();
        _standing = Task.Run(StandAsync);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_accepting is null)
            {
                if (!await _begun.Reader.WaitToReadAsync(cancellationToken)) return null;
                _begun.Reader.TryRead(out _accepting);
                continue;
            }

            if (await _accepting.AcceptAsync(cancellationToken) is { } connection) return connection;
            // It has been unbound and all its connections taken. What comes next is another, or the end.
            var ended = _accepting;
            _accepting = null;
            await ended.DisposeAsync();
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _stop.CancelAsync();
        await _standing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_listening is { } listening) await listening.UnbindAsync(cancellationToken);
        _begun.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        if (_listening is { } listening) await listening.DisposeAsync();
    }

    /// <summary>True while the kernel takes connections for it; a socket that was shut down or destroyed from outside stays open and does not.</summary>
    private static bool Listens(Socket socket)
    {
        try
        {
            return socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task StandAsync()
    {
        while (true)
        {
            if (_listening is null)
            {
                if (_failures > 0) await Task.Delay(BindBackOff.After(_failures, Random.Shared.NextDouble()), time, _stop.Token);
                await TryAgainAsync();
            }
            else
            {
                await Task.Delay(LookEvery, time, _stop.Token);
                if (_canLook && !Listens(_socket!)) await LoseAsync();
            }
        }
    }

    private async Task TryAgainAsync()
    {
        var before = _problem;
        var search = _failures < SearchingTries || time.GetElapsedTime(_searched) >= SearchEvery;
        var bound = sockets.Bind(point.EndPoint, point.IsDual, search ? null : before);
        if (search) _searched = time.GetTimestamp();
        if (bound.Succeeded)
        {
            Adopt(bound.Value);
            await ListenAsync();
        }
        else
        {
            Failed(bound.Problem);
        }

        if (before == _problem) return;
        if (_problem is null) log.LogInformation("Listens on {Point} now.", point);
        else if (Problem is { } problem) log.LogWarning("{Problem}", problem);
        changed();
    }

    private async ValueTask ListenAsync()
    {
        try
        {
            var listening = await _transport!.BindAsync(point.EndPoint, CancellationToken.None);
            _listening = listening;
            _begun.Writer.TryWrite(listening);
        }
        catch (IOException exception)
        {
            // No descriptor, or no memory, for the transport's part of it; it has closed the socket.
            _socket = null;
            Failed(new Problem(ProblemType.ConnectionsRefused, ProblemSide.System, point.EndPoint.ToString(), $"Nobody can be let in on {point}: {exception.Message.TrimEnd('.')}.", "Look at the machine's limits.", Retry: true));
        }
    }

    /// <summary>Nothing was closed by us; who had come is still taken by whoever accepts, and then it is tried anew at once.</summary>
    private async Task LoseAsync()
    {
        var lost = _listening!;
        _problem = new Problem(ProblemType.ConnectionsRefused, ProblemSide.System, point.EndPoint.ToString(), $"The listening socket of {point} was ended from outside this process.", "It is bound anew.", Retry: true);
        (_listening, _socket) = (null, null);
        log.LogWarning("{Problem}", _problem);
        changed();
        await lost.UnbindAsync(CancellationToken.None);
    }

    private void Failed(Problem problem)
    {
        _failures++;
        _problem = problem;
    }
}
