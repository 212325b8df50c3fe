using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Knows which listeners have stopped accepting, and tells the log and whoever asks for problems.</summary>
internal sealed class AcceptShortage(ILogger log)
{
    private readonly Dictionary<LoopAcceptor, SocketError> _paused = [];

    /// <summary>None, or one for all.</summary>
    public IReadOnlyList<Problem> Problems
    {
        get
        {
            lock (_paused)
            {
                return _paused.Count == 0 ? [] : [Problem(_paused.Values.First())];
            }
        }
    }

    public void Began(LoopAcceptor acceptor, SocketError error)
    {
        lock (_paused)
        {
            if (!_paused.TryAdd(acceptor, error) || _paused.Count > 1) return;
        }

        var problem = Problem(error);
        // Writing it is not the loop's work.
        ThreadPool.UnsafeQueueUserWorkItem(_ => log.LogWarning("{Text} {Advice}", problem.Text, problem.Advice), null);
    }

    public void Ended(LoopAcceptor acceptor)
    {
        lock (_paused)
        {
            if (!_paused.Remove(acceptor) || _paused.Count > 0) return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => log.LogInformation("New connections are accepted again."), null);
    }

    /// <summary>It is closed, short or not. Nothing is said: that does not show that the shortage is over.</summary>
    public void Gone(LoopAcceptor acceptor)
    {
        lock (_paused)
        {
            _paused.Remove(acceptor);
        }
    }

    private static Problem Problem(SocketError error) => new(
        ProblemType.ConnectionsRefused,
        ProblemSide.System,
        "listeners",
        error == SocketError.TooManyOpenSockets
            ? "No more connections can be accepted: this process, or the system, has as many open files as it may have. Those who come wait until one is closed."
            : "No more connections can be accepted: the kernel has no memory for them. Those who come wait until some is free.",
        error == SocketError.TooManyOpenSockets ? "Raise the limit: `ulimit -n`, `LimitNOFILE=` of the service, or `sysctl fs.file-max`." : "Look at the machine's memory.",
        Retry: true);
}
