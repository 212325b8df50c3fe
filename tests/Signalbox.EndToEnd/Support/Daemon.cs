namespace Signalbox.EndToEnd.Support;

/// <summary>A daemon that a test runs in the foreground.</summary>
internal sealed class Daemon(Home home, ChildProcess process)
{
    public int Id => process.Id;

    public ChildProcess Process => process;

    /// <summary>Waits until the admin socket answers, by this very process; fails with its output when it ends before.</summary>
    public Task AnswersAsync() => Wait.UntilAsync(
        "the daemon answers",
        async () =>
        {
            if (process.HasExited)
            {
                await process.ExitAsync();
                throw new InvalidOperationException($"The daemon ended: {process.Transcript}");
            }

            return (await home.Admin.StatusAsync()).Pid == process.Id;
        },
        () => process.Transcript);

    public Task Kill9Async() => process.Kill9Async();

    /// <summary>Asks it to end as a service manager does.</summary>
    public async Task<int> StopAsync()
    {
        process.Signal(Signals.Terminate);
        return await process.ExitAsync();
    }
}
