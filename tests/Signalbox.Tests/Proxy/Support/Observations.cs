using System.Collections.Concurrent;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>Keeps what the router says of backends, and answers what it asks about routes and challenges.</summary>
internal sealed class Observations : IBackendObserver, IRouteDirectory, IChallengeAnswers
{
    public ConcurrentQueue<Backend> Reached { get; } = new();

    public ConcurrentQueue<(Backend Backend, string Error)> Failed { get; } = new();

    public IReadOnlyList<string> Names { get; set; } = [];

    public (DateTimeOffset Since, string Error)? Away { get; set; }

    /// <summary>Challenge tokens and what is answered for each.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new();

    /// <summary>The event loop on which each connection with a backend was opened; null for one that was opened elsewhere.</summary>
    public ConcurrentQueue<int?> ReachedOn { get; } = new();

    void IBackendObserver.Reached(Backend backend)
    {
        ReachedOn.Enqueue(EventLoop.Current?.Index);
        Reached.Enqueue(backend);
    }

    void IBackendObserver.Failed(Backend backend, string error) => Failed.Enqueue((backend, error));

    /// <summary>Whether the names were looked for on a thread of the pool, where it holds nobody up; null before.</summary>
    public bool? SearchedOnThePool { get; private set; }

    public IReadOnlyList<string> Nearest(string host, int count)
    {
        SearchedOnThePool = Thread.CurrentThread.IsThreadPoolThread;
        return [.. Names.Take(count)];
    }

    public (DateTimeOffset Since, string Error)? Down(Route route) => Away;

    string? IChallengeAnswers.Find(string token) => Tokens.GetValueOrDefault(token);
}
