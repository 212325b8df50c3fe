using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Admin.Api;
using Signalbox.Certificates;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Control;
using Signalbox.Control.Explaining;
using Signalbox.Control.Leases;
using Signalbox.Control.Proving;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Planes.Embedded;
using Signalbox.Proxy;
using Signalbox.Sources.Files;
using Signalbox.Store.Sqlite;

namespace Signalbox.Host;

/// <summary>The whole object graph, built and started floor by floor, stopped in the reverse order. A floor that cannot start ends those below it again.</summary>
internal sealed class Composition : IAsyncDisposable
{
    /// <summary>How long requests under way may take to end when the daemon stops; what is still open then is cut.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    private readonly Stack<Func<ValueTask>> _ends = new();

    public required StatusTeller Status { get; init; }

    private ILogger Logger { get; init; } = NullLogger.Instance;

    public required ListenerBook Listeners { get; init; }

    public static async Task<Outcome<Composition>> BuildAsync(DaemonOptions options, ILoggerFactory logs, Action stop, CancellationToken cancellation)
    {
        var ends = new Stack<Func<ValueTask>>();
        var logger = logs.CreateLogger<Composition>();
        try
        {
            var built = await BuildAsync(options, logs, stop, ends, cancellation);
            if (!built.Succeeded) await EndAsync(ends, logger);
            return built;
        }
        catch
        {
            // Stopped while it started, or a fault of ours: ports and lock are free again all the same.
            await EndAsync(ends, logger);
            throw;
        }
    }

    public ValueTask DisposeAsync() => EndAsync(_ends, Logger);

    private static async Task<Outcome<Composition>> BuildAsync(DaemonOptions options, ILoggerFactory logs, Action stop, Stack<Func<ValueTask>> ends, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var home = options.Home;

        // 1. The home.
        var taken = HomeLock.Take(home);
        if (!taken.Succeeded) return Outcome<Composition>.Failed(taken.Problems);
        ends.Push(() => { taken.Value.Dispose(); return ValueTask.CompletedTask; });

        // 2. The config is read beside the store: with 100,000 routes in each, either takes about a second.
        var configuring = Task.Run(() => Daemon.ReadConfig(options), CancellationToken.None);

        // 3. What is kept.
        var store = SqliteClaimStore.Open(home, time);
        var read = await configuring;
        if (!store.Succeeded) return Outcome<Composition>.Failed(store.Problems);
        ends.Push(store.Value.DisposeAsync);
        var stored = store.Value.Load();

        // A bad file stops a first start, where nothing would serve. Where a daemon ran before, its last good routes go on.
        if (!read.Succeeded && stored.Revision == 0) return Outcome<Composition>.Failed(read.Problems);
        var config = read.Succeeded ? read.Value : SignalboxConfig.Default;
        var ports = PortChoice.Make(options.HttpPort ?? config.Listen.Http, options.HttpsPort ?? config.Listen.Https);
        var bind = BindAddress.Parse(options.Bind ?? config.Listen.Bind ?? "loopback");
        if (!bind.Succeeded) return Outcome<Composition>.Failed(bind.Problems);
        var notices = new List<string>();
        if (ports.Notice is not null) notices.Add(ports.Notice);
        var authority = Authority.Open(home, config.BaseDomains, time, logs.CreateLogger<Authority>());
        if (!authority.Succeeded) return Outcome<Composition>.Failed(authority.Problems);
        ends.Push(authority.Value.DisposeAsync);
        notices.AddRange(authority.Value.Notices);

        ListenerBook? bound = null;
        var certificates = new PublicCertificates(config, (home, store.Value, time), authority.Value.Covers, () => bound is null ? ListenerBook.NotYet : bound.Obstacle("https"), logs.CreateLogger<CertificateManager>());
        ends.Push(certificates.DisposeAsync);
        var reading = certificates.ReadAsync(stored);
        var own = OwnCertificates.Open(read.Succeeded ? config : null, (home, store.Value, time), logs.CreateLogger<OwnCertificates>());
        ends.Push(own.DisposeAsync);
        var book = new CertificateBooks(own.Book, authority.Value, certificates.Book);

        // 4. The router with the stored routes, then its listeners.
        var edge = new EdgeHolder();
        var listeners = bound = new ListenerBook(book);
        var nonce = new ProofNonce();
        var backends = new BackendBoard(time);
        var router = new Router(
            new RouterOptions
            {
                Addresses = bind.Value,
                HttpPort = ports.Http,
                HttpsPort = ports.Https,
                Transport = TransportChoice.Make(config.Transport),
                EventLoops = config.EventLoops,
                TrustedProxies = [.. config.TrustedProxies],
                Pseudonym = stored.Pseudonym,
            },
            new RouterServices(book, nonce, backends, new RouteDirectory(edge, backends))
            {
                Challenges = certificates.Challenges.Tokens,
                ChallengeCertificates = certificates.Challenges.Certificates,
            },
            time,
            logs);
        ends.Push(router.DisposeAsync);
        own.Book.HasRoute = router.HasRoute;
        var planes = new PlaneBoard([new EmbeddedPlane(router)], logs.CreateLogger<PlaneBoard>());
        ends.Push(() => { planes.Dispose(); return ValueTask.CompletedTask; });
        var monitor = new BackendMonitor(backends, time);
        var boards = new Boards(backends, monitor, planes, new RouteBoard(backends, planes) { Closed = route => listeners.Closed(route.Key.Host, route.Tls) }, new RouteWatches(edge, backends));
        var writer = new EdgeWriter(edge, store.Value, planes, time, logs.CreateLogger<EdgeWriter>());
        var probe = new WayProbe(nonce, host => !own.Book.Look(host).Decides && authority.Value.Covers(host), listeners, authority.Value.Root);
        ends.Push(() => { probe.Dispose(); return ValueTask.CompletedTask; });
        var prover = new Prover(edge, boards, probe, time, logs.CreateLogger<Prover>());
        writer.Observe(prover);
        var wanted = new WantedNames(certificates.Manager, authority.Value.Covers, own.Book.Keeps);
        own.Book.Changed = wanted.Reconsider;
        writer.Observe(wanted);
        await writer.StartAsync(stored, cancellation);
        // Before anybody can come in: a name with a certificate is not to be answered as one without.
        await reading;
        ends.Push(writer.DisposeAsync);
        var changes = new ListenerChanges(router, listeners, prover, certificates);
        var listening = await router.StartAsync(cancellation);
        if (!listening.Succeeded) return Outcome<Composition>.Failed(listening.Problems);
        ends.Push(async () => await router.StopAsync(Drain));
        // No order before our own responder has answered us over the listener that the CA will use.
        await changes.LookAsync().WaitAsync(cancellation);
        if (router.Transport.Reason is { } reason) notices.Add($"The router runs on {router.Transport.Kind}: {reason}.");

        certificates.Start();
        own.Pairs.Start();

        // 5. What proves, and what claims.
        prover.Start();
        ends.Push(prover.DisposeAsync);
        monitor.Start();
        ends.Push(monitor.DisposeAsync);
        var leases = new LeaseBook(writer, edge, boards, prover, listeners) { RootCertificate = home.RootCertificate, Time = time };
        leases.Restore(stored.Claims);
        var feed = new SourceFeed(writer, time, logs.CreateLogger<SourceFeed>());
        void Read(SignalboxConfig right)
        {
            own.Pairs.Set(right.OwnFiles);
            certificates.Apply(right);
        }

        feed.Start(new FileSource(Daemon.ConfigPath(options), time, logs.CreateLogger<FileSource>()) { Read = Read });
        ends.Push(feed.DisposeAsync);

        // 6. The admin socket.
        var reports = new RouteReports(edge, boards.Routes, writer.Refusals, listeners, time);
        var status = new StatusTeller(home, edge, planes, reports, listeners)
        {
            Started = time.GetUtcNow(),
            Notices = notices,
            Transport = () => router.Transport,
            BaseDomain = config.BaseDomains[0],
            Problems = () => store.Value.Notices.Concat(authority.Value.Problems).Concat(feed.Problems).Concat(router.Problems).Concat(own.Problems).Concat(certificates.Problems),
        };
        var words = new CertificateWords(authority.Value, certificates.Manager, own, time);
        var control = new EdgeControl
        {
            Writer = writer,
            Prover = prover,
            Boards = boards,
            Leases = leases,
            Ports = new PortBook(time),
            Reports = reports,
            StatusTeller = status,
            Explainer = new WhyExplainer(edge, boards, reports, listeners, words.Describe),
            Checkup = new PlaneCheckup(edge, planes),
            Store = store.Value,
            Certificates = words.List,
            ShowCertificate = words.Show,
            RenewCertificate = words.RenewAsync,
            RevokeCertificate = words.RevokeAsync,
            ImportCertificate = words.ImportAsync,
            RemoveCertificate = words.RemoveAsync,
        };
        var admin = new AdminServer(control, home, stop, logs);
        if (await admin.StartAsync(cancellation) is { } problem) return problem;
        ends.Push(admin.DisposeAsync);
        var grace = new CancellationTokenSource();
        var ending = Task.Run(() => leases.EndGraceAsync(grace.Token), CancellationToken.None);
        ends.Push(async () =>
        {
            // Holders and listeners are told before their connections are cut.
            leases.Shutdown();
            writer.Events.Close();
            await grace.CancelAsync();
            await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            grace.Dispose();
        });

        var composition = new Composition { Status = status, Logger = logs.CreateLogger<Composition>(), Listeners = listeners };
        foreach (var end in ends.Reverse()) composition._ends.Push(end);
        return composition;
    }

    /// <summary>Every floor is ended, whatever becomes of the one before: the lock and the ports must be free in the end.</summary>
    private static async ValueTask EndAsync(Stack<Func<ValueTask>> ends, ILogger logger)
    {
        while (ends.TryPop(out var end))
        {
            try
            {
                await end();
            }
            catch (Exception error)
            {
                logger.LogError(error, "A part of the daemon did not end in order.");
            }
        }
    }
}
