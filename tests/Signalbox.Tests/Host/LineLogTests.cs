using System.Text;
using Microsoft.Extensions.Logging;
using Signalbox.Host;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Host;

public sealed class LineLogTests
{
    /// <summary>Above what can wait and what can be under way together.</summary>
    private const int Many = 20_000;

    [Fact]
    public void Log_Lines_AreWrittenInOrderByTheEnd()
    {
        var writer = new StringWriter { NewLine = "\n" };
        using (var log = new LineLog(writer, new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero))))
        {
            var logger = log.CreateLogger("Signalbox.Host.Daemon");
            logger.LogInformation("first");
            logger.LogWarning("second");
            logger.LogDebug("not for people");
            logger.LogError(new InvalidOperationException("its text"), "third");
        }

        var lines = writer.ToString().Split('\n');
        lines[0].ShouldBe("2026-05-04T12:00:00.000Z info    Daemon: first");
        lines[1].ShouldBe("2026-05-04T12:00:00.000Z warning Daemon: second");
        lines[2].ShouldBe("2026-05-04T12:00:00.000Z error   Daemon: third");
        lines[3].ShouldContain("its text");
    }

    /// <summary>Whoever logged waited for a pipe that nobody emptied, and with it every connection of an event loop.</summary>
    [Fact]
    public void Log_WriterStuck_NobodyWaitsAndTheLostAreCounted()
    {
        using var writer = new StuckWriter();
        using (var log = new LineLog(writer, TimeProvider.System))
        {
            var logger = log.CreateLogger("Busy");
            // Would never return if it waited: the writer is let go only after it.
            for (var number = 0; number < Many; number++) logger.LogInformation("line {Number}", number);
            writer.LetGo();
        }

        var lines = writer.Written.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var kept = lines.Count(line => line.Contains("Busy: line", StringComparison.Ordinal));
        var lost = lines.Where(line => line.Contains("lines were lost here", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split("LineLog: ")[1].Split(' ')[0]));
        kept.ShouldBeLessThan(Many);
        (kept + lost).ShouldBe(Many);
    }

    [Fact]
    public void Log_AfterTheEnd_IsDropped()
    {
        var writer = new StringWriter();
        var log = new LineLog(writer, TimeProvider.System);
        var logger = log.CreateLogger("Late");
        log.Dispose();
        logger.LogInformation("too late");
        writer.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Log_StreamFails_IsNobodysFault()
    {
        using (var log = new LineLog(new FailingWriter(), TimeProvider.System)) log.CreateLogger("Daemon").LogInformation("into the void");
    }

    /// <summary>Writes nothing until it is let go.</summary>
    private sealed class StuckWriter : TextWriter
    {
        private readonly StringBuilder _text = new();
        private readonly ManualResetEventSlim _open = new();

        public override Encoding Encoding => Encoding.UTF8;

        public string Written => _text.ToString();

        public void LetGo() => _open.Set();

        public override void WriteLine(string? value)
        {
            _open.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue("It was never let go.");
            _text.Append(value).Append('\n');
        }

        protected override void Dispose(bool disposing)
        {
            _open.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class FailingWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
