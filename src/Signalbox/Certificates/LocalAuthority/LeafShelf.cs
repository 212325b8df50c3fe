using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>
/// Kept leaves, one file a host. Read when a host is first asked for, so a start costs the same with one or with a million. Written behind the answer, by one
/// writer in order: a handshake never waits for the disk, and a leaf lost to a kill is only issued again.
/// </summary>
internal sealed class LeafShelf : IAsyncDisposable
{
    private readonly HomeLayout _home;
    private readonly ILogger _logger;
    private readonly Channel<Leaf> _pending = Channel.CreateUnbounded<Leaf>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writing;
    private volatile Problem? _problem;

    public LeafShelf(HomeLayout home, ILogger logger)
    {
        _home = home;
        _logger = logger;
        _writing = WriteAllAsync();
    }

    /// <summary>Why leaves cannot be kept at present; null when the last write succeeded.</summary>
    public Problem? Problem => _problem;

    /// <summary>The kept leaf; null when there is none or its file cannot be used, which is logged.</summary>
    public Leaf? Read(string host)
    {
        var path = _home.LocalCertificate(host);
        var leaf = ReadFile(path);
        if (leaf is null || leaf.Host == host) return leaf;
        _logger.LogWarning("The certificate file {Path} is for {Found}, not for {Host}; a new one is issued.", path, leaf.Host, host);
        return null;
    }

    /// <summary>Keeps the leaf, soon. Returns at once.</summary>
    public void Put(Leaf leaf) => _pending.Writer.TryWrite(leaf);

    /// <summary>Every leaf there is a readable file for. Reads them all: for lists, not for handshakes.</summary>
    public IEnumerable<Leaf> All() => Files().Select(ReadFile).OfType<Leaf>();

    /// <summary>Removes the files of leaves that have ended: nobody asked for them during a third of their life, or they would have been renewed.</summary>
    public void RemoveEnded(DateTimeOffset now)
    {
        foreach (var path in Files())
        {
            try
            {
                // The file's own time is a cheap first look: what was written less than a life ago has not ended.
                if (now - File.GetLastWriteTimeUtc(path) < LeafIssuer.Life) continue;
                if (ReadFile(path) is { } leaf && !leaf.IsExpired(now)) continue;
                File.Delete(path);
            }
            catch (Exception error) when (AtomicFile.IsDiskFailure(error))
            {
                _logger.LogWarning("The ended certificate {Path} cannot be removed: {Reason}", path, error.Message);
            }
        }
    }

    /// <summary>Writes what is pending, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _writing;
    }

    private string[] Files()
    {
        try
        {
            return Directory.GetFiles(_home.LocalCertificates, "*.pem");
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // None has been kept yet, or the disk is away; then there is nothing to show or to remove.
            return [];
        }
    }

    private Leaf? ReadFile(string path)
    {
        try
        {
            if (Leaf.Read(File.ReadAllText(path)) is { } leaf) return leaf;
            _logger.LogWarning("The certificate file {Path} is damaged; a new certificate is issued when the name is next asked for.", path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Not issued yet, or removed between listing and reading.
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            _logger.LogWarning("The certificate file {Path} cannot be read: {Reason}", path, error.Message);
        }

        return null;
    }

    private async Task WriteAllAsync()
    {
        await foreach (var leaf in _pending.Reader.ReadAllAsync()) Write(leaf);
    }

    private void Write(Leaf leaf)
    {
        var path = _home.LocalCertificate(leaf.Host);
        try
        {
            AtomicFile.MakeDirectory(_home.LocalCertificates);
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(leaf.Pem), AtomicFile.Secret);
            _problem = null;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            // Told once, not once a leaf: a full disk fails them all.
            if (_problem is null) _logger.LogWarning("Certificates cannot be kept in {Path} and are served from memory: {Reason}", _home.LocalCertificates, error.Message);
            _problem = new Problem(ProblemType.StoreFull, ProblemSide.System, path, $"The certificate is served from memory; it cannot be kept: {error.Message}",
                "Free some space or make the directory writable; after a restart it is issued anew.", Retry: true);
        }
    }
}
