using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>
/// Wakes when something about one file may have changed. Watches the nearest directory above it that exists, so a directory that comes later is noticed too.
/// An event carries nothing: whoever is woken looks for himself.
/// </summary>
internal sealed class FileWatch(string path, ILogger logger) : IDisposable
{
    private readonly WakeSlot _wakes = new();
    private FileSystemWatcher? _watcher;
    private bool _complained;

    /// <summary>
    /// Begins to watch anew. Called before each look, and never kept from one look to the next: a watch stays with a directory that was renamed or replaced
    /// and says nothing about it. As it stands before the look, nothing that happens after the look is missed.
    /// </summary>
    public void Arm()
    {
        var before = _watcher;
        _watcher = null;
        try
        {
            _watcher = Watch(Nearest(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No inotify instance left, or the directory went away in between: the poll finds changes all the same, only later.
            if (!_complained) logger.LogWarning("Changes of {File} are found late, because its directory cannot be watched: {Reason}", path, error.Message);
            _complained = true;
        }

        before?.Dispose();
    }

    /// <inheritdoc cref="WakeSlot.WaitAsync(TimeSpan, TimeProvider, CancellationToken)"/>
    public Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation) => _wakes.WaitAsync(atMost, time, cancellation);

    public void Dispose() => _watcher?.Dispose();

    private FileSystemWatcher Watch(string directory)
    {
        var watcher = new FileSystemWatcher(directory)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes,
        };
        try
        {
            // The one entry that matters below this directory: the file, or the next directory on the way to it.
            var entry = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar)[0];
            FileSystemEventHandler changed = (_, change) => WakeFor(entry, change.Name);
            watcher.Changed += changed;
            watcher.Created += changed;
            watcher.Deleted += changed;
            watcher.Renamed += (_, change) =>
            {
                WakeFor(entry, change.OldName);
                WakeFor(entry, change.Name);
            };

            // Events were lost or the directory is gone: look.
            watcher.Error += (_, _) => _wakes.Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    private void WakeFor(string entry, string? name)
    {
        if (name == entry) _wakes.Wake();
    }

    private static string Nearest(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } parent) directory = parent;
        return directory;
    }
}
