using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>A log whose lines are kept, from whatever thread they come.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> All => _lines;

    /// <summary>Until there are so many: what is a loop's is written by another thread.</summary>
    public async Task UntilAsync(int lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_lines.Count < lines) await Task.Delay(1, limit.Token);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
