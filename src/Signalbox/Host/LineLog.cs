using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Signalbox.Host;

/// <summary>
/// The daemon's log: one line an event, time in UTC, to the error stream (which a detached daemon has in <c>daemon.log</c>). Whoever logs never waits: the stream may
/// be a pipe that nobody empties or a disk that stalls, so a thread of its own does the writing. What there is no room for is lost, and the log says how much.
/// </summary>
internal sealed class LineLog : ILoggerProvider
{
    /// <summary>Lines that may wait, and as many that are just being written: about 1 MB together. A daemon's busiest second is far below.</summary>
    private const int Room = 4096;

    /// <summary>For the last lines at the end. A reader that takes none for so long is not going to.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly TextWriter _writer;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    /// <summary>Held for moments only, never while something is written.</summary>
    private readonly object _lock = new();
    private List<string> _waiting = [];
    private long _lost;
    private bool _isOver;

    public LineLog(TextWriter writer, TimeProvider time)
    {
        (_writer, _time) = (writer, time);
        // Not one of the pool's: it may be stuck in a write for as long as it likes, and must not keep the process alive then.
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <summary>Waits until what was logged is written, for 2 s at most. The stream stays open: it is the process's own.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            Monitor.Pulse(_lock);
        }

        _thread.Join(Farewell);
    }

    private void Write(LogLevel level, string category, string text, Exception? error)
    {
        var line = Line(level, category, error is null ? text : $"{text}{Environment.NewLine}{error}");
        lock (_lock)
        {
            if (_isOver) return;
            if (_waiting.Count == Room)
            {
                _lost++;
                return;
            }

            _waiting.Add(line);
            if (_waiting.Count == 1) Monitor.Pulse(_lock);
        }
    }

    private string Line(LogLevel level, string category, string text)
    {
        var word = level switch { LogLevel.Warning => "warning", LogLevel.Error or LogLevel.Critical => "error", _ => "info" };
        return string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {word,-7} {category}: {text}");
    }

    private void Run()
    {
        var batch = new List<string>(Room);
        while (true)
        {
            long lost;
            lock (_lock)
            {
                while (_waiting.Count == 0 && !_isOver) Monitor.Wait(_lock);
                if (_waiting.Count == 0) return;
                (batch, _waiting) = (_waiting, batch);
                (lost, _lost) = (_lost, 0);
            }

            // What was lost came after everything that waited, and before everything that will.
            if (lost > 0) batch.Add(Line(LogLevel.Warning, nameof(LineLog), $"{lost} lines were lost here: whatever takes this log took it too slowly."));
            WriteAll(batch);
            batch.Clear();
        }
    }

    private void WriteAll(List<string> batch)
    {
        try
        {
            foreach (var line in batch) _writer.WriteLine(line);
            _writer.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A full disk, or nobody at the other end: there is no place left to say so.
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
