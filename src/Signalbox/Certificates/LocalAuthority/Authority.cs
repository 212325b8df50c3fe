using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>
/// The local authority: signs a certificate for each routed name in its root's subtrees, on first use, and keeps it. The way of one question:
/// <list type="number">
/// <item>A name outside the subtrees: none. No I/O.</item>
/// <item>A usable leaf in memory: that one, at once and without a lock; when a third of its life is left, a new one is made behind the answer.</item>
/// <item>Otherwise one asker a host reads the kept file or signs anew, and all who ask meanwhile share its result.</item>
/// </list>
/// Whoever asks may be an event loop: reading, signing and changing what is kept happen on the thread pool alone.
/// </summary>
internal sealed class Authority : ICertificateBook, IAsyncDisposable
{
    /// <summary>Leaves of routed names in memory, about 8 KB each: more than anybody opens in a session. One that had to leave is read from its file again.</summary>
    private const int KeptInMemory = 8192;

    /// <summary>Leaves of names without a route, shown an error page: enough for a browser's mistakes, and a bound for whoever asks for invented names.</summary>
    private const int PassingInMemory = 256;

    /// <summary>A leaf has about 112 hours left when it is due, so a sweep an hour leaves room for a hundred failures.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<Leaf?>>> _running = new(StringComparer.Ordinal);
    private readonly LeafCache _kept = new(KeptInMemory);
    private readonly LeafCache _passing = new(PassingInMemory);
    private readonly RootCertificate _root;
    private readonly LeafIssuer _issuer;
    private readonly LeafShelf _shelf;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;

    private Authority(RootCertificate root, string? notice, LeafShelf shelf, TimeProvider time, ILogger logger)
    {
        _root = root;
        _issuer = new LeafIssuer(root);
        _shelf = shelf;
        _time = time;
        _logger = logger;
        Notices = notice is null ? [] : [notice];
        _sweep = time.CreateTimer(_ => _ = Task.Run(SweepAsync), null, SweepInterval, SweepInterval);
    }

    public X509Certificate2 Root => _root.Certificate;

    /// <summary>The root's permitted DNS subtrees.</summary>
    public IReadOnlyList<string> Domains => _root.Constraints.Domains;

    /// <summary>What people should be told about this start, such as that <c>trust</c> must be run again.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>What stands in the way of certificates being kept or believed at present.</summary>
    public IReadOnlyList<Problem> Problems => [.. new[] { AuthorityReports.OutOfTime(_root, _time.GetUtcNow()), _shelf.Problem }.OfType<Problem>()];

    /// <summary>
    /// Opens the home's authority, making the root on first use. Problems: a base domain that is no host name; a root that is damaged, half missing or
    /// whose key belongs to another certificate (<see cref="ProblemType.StoreDamaged"/>; it is never replaced silently); a home that cannot be
    /// read or written (<see cref="ProblemType.HomeUnusable"/>).
    /// </summary>
    public static Outcome<Authority> Open(HomeLayout home, IReadOnlyList<string> baseDomains, TimeProvider time, ILogger logger)
    {
        var constraints = NameConstraints.For(baseDomains);
        if (!constraints.Succeeded) return Outcome<Authority>.Failed(constraints.Problems);
        var opened = new RootFiles(home, logger).Open(constraints.Value, time.GetUtcNow());
        return opened.Succeeded
            ? new Authority(opened.Value.Root, opened.Value.Notice, new LeafShelf(home, logger), time, logger)
            : Outcome<Authority>.Failed(opened.Problems);
    }

    /// <inheritdoc/>
    /// <remarks>A wildcard is covered when the names it stands for are; each of them gets a leaf of its own.</remarks>
    public bool Covers(string host) => _root.Constraints.Permits(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host);

    public ValueTask<ServerCertificate?> FindAsync(string host, bool keep)
    {
        if (!_root.Constraints.Permits(host)) return default;
        var now = _time.GetUtcNow();
        if (InMemory(host) is { } leaf && leaf.IsUsable(now))
        {
            leaf.Asked = true;
            if (keep) KeepLater(leaf);
            if (leaf.IsDue(now)) _ = ObtainAsync(host, keep);
            return new(leaf.Server);
        }

        return new(FirstAsync(host, keep));
    }

    /// <summary>The root, then every kept leaf by name. Reads the kept files.</summary>
    public IReadOnlyList<CertificateReport> List()
    {
        var leaves = new SortedDictionary<string, Leaf>(StringComparer.Ordinal);
        foreach (var leaf in _shelf.All()) leaves[leaf.Host] = leaf;
        foreach (var leaf in _kept.All()) leaves[leaf.Host] = leaf;
        var now = _time.GetUtcNow();
        return [AuthorityReports.OfRoot(_root, now), .. leaves.Values.Select(leaf => AuthorityReports.Of(leaf, _root, now))];
    }

    /// <summary>What is known of one host's certificate, for <c>why</c>.</summary>
    public CertificateReport Describe(string host)
    {
        var now = _time.GetUtcNow();
        if (!Covers(host)) return AuthorityReports.Outside(host, _root);
        if (!_root.Constraints.Permits(host)) return AuthorityReports.NotIssued(host, _root);
        return (InMemory(host) ?? _shelf.Read(host)) is { } leaf ? AuthorityReports.Of(leaf, _root, now) : AuthorityReports.NotIssued(host, _root);
    }

    /// <summary>Renews what is due and was asked for during its life, forgets what nobody asked for, and removes ended files.</summary>
    internal async Task SweepAsync()
    {
        var now = _time.GetUtcNow();
        foreach (var leaf in _kept.All().Where(leaf => leaf.IsDue(now)))
        {
            if (leaf.Asked) await ObtainAsync(leaf.Host, keep: true);
            else if (leaf.IsExpired(now)) _kept.Remove(leaf.Host);
        }

        _shelf.RemoveEnded(now);
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await _shelf.DisposeAsync();
    }

    private Leaf? InMemory(string host) => _kept.Find(host) ?? _passing.Find(host);

    private async Task<ServerCertificate?> FirstAsync(string host, bool keep)
    {
        if (await ObtainAsync(host, keep) is not { } leaf) return null;
        leaf.Asked = true;

        // The asker whose work is shared may not have wanted it kept.
        if (keep) Keep(leaf);
        return leaf.Server;
    }

    /// <summary>One piece of work a host at a time; everybody who asks meanwhile gets the same.</summary>
    private async Task<Leaf?> ObtainAsync(string host, bool keep)
    {
        // Not on the asker's thread: reading and signing would hold up the other handshakes it serves.
        var work = _running.GetOrAdd(host, name => new Lazy<Task<Leaf?>>(() => Task.Run(() => Obtain(name, keep))));
        try
        {
            // Always on the pool from here, also when the work of an earlier asker has just ended.
            await ((Task)work.Value).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return await work.Value;
        }
        finally
        {
            _running.TryRemove(new(host, work));
        }
    }

    private Leaf? Obtain(string host, bool keep)
    {
        // Look again: between the asker's look and here, the work before may have ended.
        var now = _time.GetUtcNow();
        if (InMemory(host) is { } known && known.IsUsable(now) && !known.IsDue(now)) return known;
        if (keep && _kept.Find(host) is null && _shelf.Read(host) is { } read && read.IsUsable(now) && !read.IsDue(now) && read.IsSignedBy(Root))
        {
            _kept.Put(read);
            return read;
        }

        if (now >= Root.NotAfter || Issue(host, now) is not { } leaf) return null;
        if (keep) Keep(leaf);
        else _passing.Put(leaf);
        return leaf;
    }

    private Leaf? Issue(string host, DateTimeOffset now)
    {
        try
        {
            return _issuer.Issue(host, now);
        }
        catch (CryptographicException error)
        {
            _logger.LogError(error, "No certificate could be signed for {Host}.", host);
            return null;
        }
    }

    private void Keep(Leaf leaf)
    {
        if (_kept.Find(leaf.Host) == leaf) return;
        _shelf.Put(leaf);
        Move(leaf);
    }

    /// <summary>
    /// The same for an asker's thread, once in a leaf's life: when the name of an error page gets a route. The caches change on the pool, as one change may wait
    /// for another; the file is asked for here and now, so that the end of the program cannot come between.
    /// </summary>
    private void KeepLater(Leaf leaf)
    {
        if (_kept.Find(leaf.Host) == leaf) return;
        _shelf.Put(leaf);
        _ = Task.Run(() => Move(leaf));
    }

    private void Move(Leaf leaf)
    {
        _kept.Put(leaf);
        _passing.Remove(leaf.Host);
    }
}
