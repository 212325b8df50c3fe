using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>
/// Wakes when something may have changed in some directories, whatever it was: tools that renew swap links, also of whole directories, so the names of the files
/// themselves tell too little. An event carries nothing; whoever is woken looks for himself.
/// </summary>
internal sealed class DirectoryWatch : IDisposable
{
    /// <summary>Each costs an inotify instance, of which a user has 128 (inotify(7)) and other programs want some. Directories beyond are found by the poll.</summary>
    private const int Most = 32;

    private readonly WakeSlot _wakes = new();
    private List<FileSystemWatcher> _watchers = [];

    /// <summary>Watches these from now on, anew each time: a watch stays with a directory that was replaced, and says nothing about the new one. Called before each look.</summary>
    public void Arm(IEnumerable<string> directories)
    {
        var before = _watchers;
        _watchers = [.. directories.Distinct(StringComparer.Ordinal).Take(Most).Select(Watch).OfType<FileSystemWatcher>()];
        foreach (var watcher in before) watcher.Dispose();
    }

    public void Wake() => _wakes.Wake();

    /// <inheritdoc cref="WakeSlot.WaitAsync(TimeSpan, TimeProvider, CancellationToken)"/>
    public Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation) => _wakes.WaitAsync(atMost, time, cancellation);

    public void Dispose()
    {
        foreach (var watcher in _watchers) watcher.Dispose();
    }

    /// <summary>Null when the directory is not there or cannot be watched: the poll finds changes all the same, only later.</summary>
    private FileSystemWatcher? Watch(string directory)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes };
            FileSystemEventHandler changed = (_, _) => Wake();
            watcher.Changed += changed;
            watcher.Created += changed;
            watcher.Deleted += changed;
            watcher.Renamed += (_, _) => Wake();
            watcher.Error += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher?.Dispose();
            return null;
        }
    }
}
