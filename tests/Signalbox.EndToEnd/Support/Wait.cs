namespace Signalbox.EndToEnd.Support;

/// <summary>Waits for a condition by looking again and again; the limit only ends a test that would otherwise hang.</summary>
internal static class Wait
{
    /// <summary>Far past what anything here takes, also on a machine with other work: a test that reaches it has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(string what, Func<bool> condition, Func<string>? state = null) => UntilAsync(what, () => Task.FromResult(condition()), state);

    /// <param name="what">What is waited for, for the failure's message.</param>
    /// <param name="condition">True when it is so. A refused or broken connection counts as "not yet".</param>
    /// <param name="state">What to tell when it never came.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, Func<string>? state = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await condition().WaitAsync(limit.Token)) return;
                last = null;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException)
            {
                last = e;
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
            }

            if (limit.IsCancellationRequested) throw new TimeoutException($"Waited {Limit.TotalSeconds} s in vain until {what}. {last?.Message}\n{state?.Invoke()}");
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>The result, or a failure that tells what was waited for.</summary>
    public static async Task<T> ForAsync<T>(string what, Task<T> task, Func<string>? state = null)
    {
        try
        {
            return await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Limit.TotalSeconds} s in vain for {what}.\n{state?.Invoke()}");
        }
    }
}
