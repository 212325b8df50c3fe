using Microsoft.Extensions.Logging;

namespace Signalbox.Host;

/// <summary>The daemon's log: one line an event, time in UTC, to the error stream (which a detached daemon has in <c>daemon.log</c>).</summary>
internal sealed class LineLog(TextWriter writer, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
        // The stream is the process's own.
    }

    private void Write(LogLevel level, string category, string text, Exception? error)
    {
        var word = level switch { LogLevel.Warning => "warning", LogLevel.Error or LogLevel.Critical => "error", _ => "info" };
        var line = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {word,-7} {category}: {text}";
        lock (_lock)
        {
            writer.WriteLine(line);
            if (error is not null) writer.WriteLine(error);
        }
    }

    private sealed class Category(LineLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(logLevel, name, formatter(state, exception), exception);
        }
    }
}
