using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Dev;

/// <summary>
/// Tells the person at the terminal what becomes of the name, on the error side, between the command's own lines: little, and each thing once.
/// Green appears for what has been proved and for nothing else.
/// </summary>
internal sealed class DevReporter(Terminal terminal) : ILeaseListener
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _said = [];
    private string _backend = "";
    private string? _proved;
    private bool _hasSaid;

    /// <summary>True when something has been said of the name since the command came to listen where it does now: that it is proved, or what stands in the way.</summary>
    public bool HasSaid
    {
        get
        {
            lock (_lock) return _hasSaid;
        }
    }

    /// <summary>The command listens there; until that is proved nothing is claimed about it.</summary>
    public void Listens(Backend backend)
    {
        lock (_lock)
        {
            _backend = backend.ToString();
            _proved = null;
            _hasSaid = false;
        }
    }

    public void Warn(Problem problem)
    {
        lock (_lock) ProblemOutput.Warn(terminal, problem);
    }

    public void Note(string text)
    {
        lock (_lock) terminal.Line("signalbox: " + text);
    }

    public void Told(LeaseEvent happened)
    {
        lock (_lock)
        {
            _hasSaid |= happened.Event != LeaseEvents.Granted;
            switch (happened.Event)
            {
                case LeaseEvents.Proved:
                    Proved(happened.Urls ?? [], happened.Backends is { Length: > 0 } backends ? string.Join(' ', backends) : _backend);
                    return;
                case LeaseEvents.Granted or LeaseEvents.Shutdown:
                    return;
                case LeaseEvents.Restored:
                    _proved = null;
                    terminal.Line("signalbox: " + (happened.Problem?.Text ?? "the name is this command's again."));
                    return;
                default:
                    // Whatever stands in the way, it is proved anew, and said again, once that is over.
                    _proved = null;
                    if (happened.Problem is { } problem) ProblemOutput.Warn(terminal, problem);
                    else terminal.Line($"signalbox: the name's state is now {happened.Event}.");
                    return;
            }
        }
    }

    public void Lost(bool onPurpose)
    {
        lock (_lock)
        {
            _proved = null;
            _said.Clear();
            _hasSaid = true;
            terminal.Line(onPurpose
                ? "signalbox: the daemon has been stopped. The command runs on; its name comes back with the daemon (`signalbox up`)."
                : "signalbox: the daemon is gone. The command runs on while the daemon is brought back.");
        }
    }

    public void NotBack(Problem problem)
    {
        // The tries repeat; what they tell is said once.
        lock (_lock)
        {
            if (_said.Add(problem.Type + problem.Text)) ProblemOutput.Warn(terminal, problem);
        }
    }

    public void Refused(Problem problem) => Warn(problem);

    private void Proved(string[] urls, string backend)
    {
        var told = string.Join(' ', urls) + " " + backend;
        if (told == _proved) return;
        _proved = told;
        foreach (var url in urls)
        {
            terminal.Line($"  {terminal.Paint("➜", "green")} {terminal.Paint(url, "cyan")}  → {backend}  {terminal.Paint("proved", "green")}");
        }
    }
}
