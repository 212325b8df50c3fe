using System.Runtime.InteropServices;

namespace Signalbox.Cli.Dev;

/// <summary>
/// Passes signals on to the command, so that what ends or stirs it from outside reaches it and not only us. We end when it ends, never before:
/// how it answers a signal is its own affair. Before there is a command, a signal ends our own work.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int? _command;
    private int? _first;
    private Leftovers? _leftovers;
    private bool _over;

    public SignalRelay()
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT, .. Libc.UserSignals];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>Cancelled by a signal that comes before the command.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>The exit code that tells of the signal that came before the command: 128 + its number, as shells say it.</summary>
    public int ExitCode
    {
        get
        {
            lock (_lock) return 128 + (_first ?? 0);
        }
    }

    /// <summary>From now on signals go to this process. One that came while it was being started goes there at once.</summary>
    public void Attach(int command)
    {
        lock (_lock)
        {
            _command = command;
            if (_first is { } signal) _ = Libc.Kill(command, signal);
        }
    }

    /// <summary>To be called when the command's end is known: its number may soon be another process's.</summary>
    /// <returns>What it may have left behind when we sent it the signal to end; else null.</returns>
    public Leftovers? Detach()
    {
        lock (_lock)
        {
            _over = true;
            return _leftovers;
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _ended.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var signal = Libc.Number(context.Signal);
        lock (_lock)
        {
            if (_over) return;
            if (_command is not { } command)
            {
                _first ??= signal;
                // Off the signal's thread: what listens to the token must not keep the next signal from being seen.
                _ = _ended.CancelAsync();
                return;
            }

            // Ctrl-C and Ctrl-\ in a terminal go to its whole foreground process group, so the command, which is in ours, has got the signal
            // from the terminal already. Once more would mean "at once" to many programs. That such a signal was sent to us alone by
            // kill(1) from elsewhere cannot be told apart here; SIGTERM is for that.
            if (context.Signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT && Libc.IsForeground) return;
            if (context.Signal is PosixSignal.SIGINT or PosixSignal.SIGTERM or PosixSignal.SIGHUP or PosixSignal.SIGQUIT) _leftovers = Leftovers.Below(command, signal);
            _ = Libc.Kill(command, signal);
        }
    }
}
