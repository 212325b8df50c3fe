namespace Signalbox.Benchmarks.Report;

/// <summary>What is under way. On a terminal one line that is overwritten; elsewhere only the lines that stay.</summary>
internal sealed class Progress
{
    private readonly Lock _gate = new();
    private readonly bool _live = !Console.IsErrorRedirected;
    private int _shown;

    /// <summary>Shown until the next.</summary>
    public void Show(string what)
    {
        if (!_live) return;
        lock (_gate)
        {
            Clear();
            // A longer line would wrap, and a wrapped one cannot be overwritten.
            var width = Math.Max(20, Console.BufferWidth - 1);
            var text = what.Length > width ? what[..width] : what;
            Console.Error.Write(text);
            _shown = text.Length;
        }
    }

    /// <summary>Stays.</summary>
    public void Line(string text)
    {
        lock (_gate)
        {
            Clear();
            Console.Error.WriteLine(text);
        }
    }

    private void Clear()
    {
        if (_shown > 0) Console.Error.Write($"\r{new string(' ', _shown)}\r");
        _shown = 0;
    }
}
