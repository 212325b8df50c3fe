using System.Net;
using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>
/// Knows whether a CA could be answered over plain HTTP at present, as far as that lies with us: somebody listens, and our own request, made over that very listener for a token
/// nobody else knows, was answered by us. Looked at again whenever the listeners change.
/// </summary>
/// <param name="tokens">What the responder answers from.</param>
/// <param name="time">Measures the waits between looks that fail.</param>
/// <param name="log">Told when the responder does not answer, and when it does again.</param>
internal sealed class HttpWay(TokenTable tokens, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Between looks that fail, doubled up to the last. What fails here lies with this machine, so it is quick to ask.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LastPause = TimeSpan.FromSeconds(30);

    /// <summary>Any name would do: the responder asks for none.</summary>
    private const string Name = "localhost";

    private readonly Lock _lock = new();
    private CancellationTokenSource? _looking;
    private volatile Problem? _closed = new(ProblemType.CertificateUnavailable, ProblemSide.Daemon, "http", "The listener for http is not up yet.", "It is looked at again by itself.", Retry: true);

    /// <summary>Why nothing can be shown this way; null when it can.</summary>
    public Problem? Closed => _closed;

    /// <summary>Called each time it has been found open after it was not, or closed, or closed for another reason than before; on any thread.</summary>
    public Action Changed { private get; set; } = () => { };

    /// <summary>The listeners have changed.</summary>
    /// <param name="listeners">Where http is listened on now.</param>
    /// <param name="problem">Why nobody listens, where nobody does.</param>
    /// <returns>Complete when the responder has been asked once.</returns>
    public Task LookAsync(IReadOnlyList<IPEndPoint> listeners, Problem? problem)
    {
        var looking = new CancellationTokenSource();
        var stop = looking.Token;
        var (isClosed, isNews) = (listeners.Count == 0, false);
        lock (_lock)
        {
            // What is being looked at is no more.
            _looking?.Cancel();
            _looking?.Dispose();
            _looking = looking;
            if (isClosed)
                isNews = Put(problem ?? new Problem(ProblemType.CertificateUnavailable, ProblemSide.Daemon, "http", "There is no http listener at present.", "`signalbox status` lists the listeners.", Retry: true));
        }

        if (isNews) Changed();
        if (isClosed) return Task.CompletedTask;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Task.Run(() => AskAsync(listeners, asked, stop), CancellationToken.None);
        return asked.Task;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _looking?.Cancel();
            _looking?.Dispose();
            _looking = null;
        }
    }

    private async Task AskAsync(IReadOnlyList<IPEndPoint> listeners, TaskCompletionSource asked, CancellationToken stop)
    {
        try
        {
            for (var pause = FirstPause; !stop.IsCancellationRequested; pause = pause * 2 < LastPause ? pause * 2 : LastPause)
            {
                var answer = await new Reach(tokens, listeners[0].Port).TryAsync(Name, [.. listeners.Select(Near)], stop);
                if (Found(answer, stop)) return;
                asked.TrySetResult();
                await Task.Delay(pause, time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The listeners have changed; another look is under way.
        }
        finally
        {
            asked.TrySetResult();
        }
    }

    /// <returns>True when there is no more to be asked.</returns>
    private bool Found(Reach.Result answer, CancellationToken stop)
    {
        var isOpen = answer.Outcome == NamePreflight.Ok;
        bool isNews;
        lock (_lock)
        {
            if (stop.IsCancellationRequested) return true;
            isNews = Put(isOpen ? null : new Problem(ProblemType.CertificateUnavailable, ProblemSide.System, "http", $"Our own request for a challenge's answer did not reach us: {answer.Detail.TrimEnd('.')}.",
                "Something on this machine stands between its addresses and signalbox; it is asked again by itself.", Retry: true));
        }

        if (!isNews) return isOpen;
        if (!isOpen) log.LogWarning("{Problem}", _closed);
        Changed();
        return isOpen;
    }

    /// <returns>True when this is another answer than before. Called under the lock.</returns>
    private bool Put(Problem? closed)
    {
        var isNews = closed?.Text != _closed?.Text;
        _closed = closed;
        return isNews;
    }

    /// <summary>A listener on every address is asked at this machine's own.</summary>
    private static IPAddress Near(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : listener.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listener.Address;
}
