using System.Runtime.InteropServices;

namespace Signalbox.Cli;

/// <summary>
/// Turns Ctrl-C, a terminate signal and the loss of the terminal into one token. A second signal ends the process at once, as it would without us:
/// nobody is ever held by a command that takes its time to end.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested) return;
        context.Cancel = true;

        // Off the signal's thread: what the token's listeners do must not keep the next signal from being seen.
        _ = _source.CancelAsync();
    }
}
