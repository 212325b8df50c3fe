using System.Globalization;
using Signalbox.Cli.Output;
using Signalbox.Model;

namespace Signalbox.Cli.Demo;

/// <summary>Where what happens is shown, a line each, with the time of day. Nothing is shown before the curtain is up, that is before the table is printed.</summary>
internal sealed class DemoStage(Terminal terminal, TimeProvider time)
{
    private readonly Lock _lock = new();
    private bool _open;

    public void Open()
    {
        lock (_lock) _open = true;
    }

    /// <param name="service">Which of the two.</param>
    /// <param name="word">What is so now: <c>proved</c>, <c>backend-down</c>, …</param>
    /// <param name="text">More words.</param>
    public void Tell(string service, string word, string text)
    {
        var colour = word switch { "proved" => "green", "answered" => null, "backend-down" or "crashed" or "failed" => "red", _ => "yellow" };
        var line = $"{time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}  {service,-5}  {terminal.Paint(word, colour)}{new string(' ', Math.Max(0, 12 - word.Length))}  {text}";
        lock (_lock)
        {
            if (_open) terminal.Line(line);
        }
    }

    public void Warn(string service, Problem problem) => Tell(service, problem.Type, problem.Advice is null ? problem.Text : $"{problem.Text} {problem.Advice}");
}
