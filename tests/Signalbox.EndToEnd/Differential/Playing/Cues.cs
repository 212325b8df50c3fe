using System.Collections.Concurrent;

namespace Signalbox.EndToEnd.Differential.Playing;

/// <summary>What the two ends of a run tell each other past the proxy, so that a case's order does not hang on time.</summary>
internal sealed class Cues
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cues = new();
    private volatile bool _isOver;

    public void Give(string cue) => Of(cue).TrySetResult();

    public Task Given(string cue)
    {
        var given = Of(cue);
        // Looked at after it is in the table, so that it is given either here or there.
        if (_isOver) given.TrySetResult();
        return given.Task;
    }

    /// <summary>The client has done its part: nobody waits for a cue of its any more.</summary>
    public void GiveAll()
    {
        _isOver = true;
        foreach (var cue in _cues.Values) cue.TrySetResult();
    }

    private TaskCompletionSource Of(string cue) => _cues.GetOrAdd(cue, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
