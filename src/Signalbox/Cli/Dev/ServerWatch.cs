using Signalbox.Sources.DevServers;

namespace Signalbox.Cli.Dev;

/// <summary>Tells the daemon where the command listens, and the person what takes unusually long.</summary>
internal sealed class ServerWatch(LeaseKeeper keeper, DevReporter reporter, TimeProvider time)
{
    /// <summary>A large project may compile for longer; a note does no harm then.</summary>
    private static readonly TimeSpan LongStart = TimeSpan.FromSeconds(30);

    /// <summary>A proof takes milliseconds; after this there is something to look into.</summary>
    private static readonly TimeSpan LongProof = TimeSpan.FromSeconds(10);

    /// <summary>Until its life is over; never fails.</summary>
    public async Task RunAsync(int command, DevLaunch launch, CancellationToken life)
    {
        try
        {
            using var listening = CancellationTokenSource.CreateLinkedTokenSource(life);
            var notes = new List<Task>
            {
                NoteAsync(LongStart, () => $"the command does not listen on any port yet. It was told to use {launch.Port}, in PORT or by its own flags.", listening.Token),
            };
            try
            {
                await foreach (var backend in new ServerFinder(command, launch.Port, launch.IsOurs, time).WatchAsync(life))
                {
                    await listening.CancelAsync();
                    reporter.Listens(backend);
                    await keeper.TellAsync(backend, life);
                    notes.Add(NoteAsync(LongProof, () => reporter.HasSaid ? null : $"{launch.Url} is not proved yet; `signalbox why {launch.Url}` tells what is missing.", life));
                }
            }
            finally
            {
                await Task.WhenAll(notes);
            }
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            // The command has ended.
        }
    }

    private async Task NoteAsync(TimeSpan after, Func<string?> text, CancellationToken stop)
    {
        try
        {
            await Task.Delay(after, time, stop);
            if (text() is { } note) reporter.Note(note);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not needed any more.
        }
    }
}
