using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Challenges;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Store.Sqlite;
using Signalbox.Tests.Certificates.Acme.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>A certificate manager on a real store, by a clock of the test's, before CAs of the test's. It can end and begin again on what it left.</summary>
internal sealed class ManagerRig : IAsyncDisposable
{
    /// <summary>No waits between two looks at the CA but those the CA asks for; more than an hour of them is left for the next try.</summary>
    private static readonly Patience Patience = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(5));

    private readonly TemporaryHome _home = new();
    private SqliteClaimStore? _store;
    private AttemptGround _ground = null!;

    public FakeTimeProvider Time { get; } = new();

    public TokenTable Tokens { get; } = new();

    /// <summary>Why nobody can come in by plain HTTP; null when somebody can.</summary>
    public Func<Problem?> Closed { get; set; } = () => null;

    public HomeLayout Home => _home.Layout;

    public CertificateManager Manager { get; private set; } = null!;

    public PublicBook Book { get; private set; } = null!;

    public RefusingStore Store { get; private set; } = null!;

    /// <summary>Looked at before first orders; nothing unless told.</summary>
    public IPreflight Preflight { get; set; } = new NoPreflight();

    /// <summary>Ways to show a name besides http-01; none unless told.</summary>
    public List<IChallengeSolver> Solvers { get; } = [];

    /// <summary>By this it starts; changed for the next start, or at once by <see cref="Reconfigure"/>.</summary>
    public ManagerOptions Options { get; set; } = new() { Patience = Patience, Draw = () => 0.5, IsElsewhere = name => name.EndsWith(".localhost", StringComparison.Ordinal) };

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The records of orders that have not ended, as the store has them.</summary>
    public IReadOnlyList<OrderRecord> OpenOrders => new IssuingStore(Store).LoadOrders();

    /// <summary>Files of keys of orders.</summary>
    public string[] OrderKeys => Directory.Exists(Home.OrderKeys) ? Directory.GetFiles(Home.OrderKeys) : [];

    /// <summary>An issuer as a config has it, before a CA that speaks plain HTTP on loopback.</summary>
    public static IssuerSettings Issuer(ScriptedCa ca, string name = "main") =>
        new(name, ca.Directory) { Email = "me@example.com", TermsAgreed = true, Preflight = false, Challenges = [ChallengeType.Http], Limits = CaLimits.None };

    /// <summary>Begins, with these issuers where any are told.</summary>
    public void Start(params IssuerSettings[] issuers)
    {
        Open(issuers);
        Manager.Start();
    }

    /// <summary>The same without anything being done yet.</summary>
    public void Open(params IssuerSettings[] issuers)
    {
        if (issuers.Length > 0) Options = Options with { Issuers = new([.. issuers]) };
        _store = SqliteClaimStore.Open(Home, Time).Value!;
        Store = new RefusingStore(_store);
        var shelf = new CertificateShelf(Home);
        Book = new PublicBook(shelf);
        _ground = new AttemptGround(Home, Store, shelf, Time);
        Manager = new CertificateManager(Book, Attempt(), Time, NullLogger.Instance);
        Manager.Load([]);
    }

    /// <summary>Has it go on by other options.</summary>
    public void Reconfigure(ManagerOptions options)
    {
        Options = options;
        Manager.Reconfigure(Attempt());
    }

    /// <summary>Ends it and begins again on what it left, wanting the same names.</summary>
    public async Task RestartAsync(params string[] names)
    {
        await StopAsync();
        Open();
        foreach (var name in names) Manager.Want(name);
        Manager.Start();
    }

    /// <summary>Starts with one place for all names, which this one has for as long as the CA does not look at it: nobody else's turn comes.</summary>
    public async Task HoldUpAsync(ScriptedCa ca, string name)
    {
        Options = Options with { Parallel = 1 };
        Start(Issuer(ca));
        Manager.Want(name);
        await UntilAsync("the CA is at it", state => state?.Phase == NamePhase.Validating, name);
    }

    /// <summary>Waits in real time until it is so; the clock of the test stands.</summary>
    public Task UntilAsync(string what, Func<NameState?, bool> condition, string name) => UntilAsync(what, () => condition(Manager.Find(name)));

    /// <summary>Waits until the CA has been told to look at the first name, and has been asked since how that goes.</summary>
    public Task UntilLookedAtAsync(ScriptedCa ca, string name) => UntilAsync("the CA is at it", _ => ca.Count(CaStep.Challenge) == 1 && ca.Count(CaStep.Authorization) > 1, name);

    public static async Task UntilAsync(string what, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>
    /// Lets the test's clock run in these steps until it is so. Between two steps the manager is given a moment, and no more: it may be waiting for this very clock. Where the time that
    /// passes matters, <see cref="StepUntilAsync"/> is meant.
    /// </summary>
    public async Task AdvanceUntilAsync(string what, TimeSpan step, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"Let {step} pass again and again in vain until {what}. {string.Join("; ", Manager.All())}");
            Time.Advance(step);
            for (var looks = 0; looks < 10 && !(IsIdle && looks > 0); looks++) await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Lets the test's clock run in these steps until it is so, each step once the manager has nothing left to do at the present time.</summary>
    public async Task StepUntilAsync(string what, TimeSpan step, Func<bool> condition)
    {
        for (var steps = 0; !condition(); steps++)
        {
            if (steps > 10_000) throw new TimeoutException($"Let {step} pass again and again in vain until {what}. {string.Join("; ", Manager.All())}");
            await PassAsync(step, step);
        }
    }

    /// <summary>Lets this much time pass in these steps, and the manager do at each what is due by then.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step)
    {
        for (var end = Now + time; Now < end;)
        {
            Time.Advance(step);
            await IdleAsync();
        }
    }

    /// <summary>Nothing is due at the present time and nothing under way.</summary>
    public async Task IdleAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var looks = 1; !IsIdle; looks++)
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"Waited in vain until there is nothing to do. {string.Join("; ", Manager.All())}");
            await Task.Delay(5, CancellationToken.None);

            // A wait that was set just after the clock was moved on is over a minute later, and this clock stands by itself.
            if (looks % 40 == 0) Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private bool IsIdle => Manager.All().All(state => state.Phase is null && !(state.DueAt(Now) <= Now));

    /// <summary>The name is issued and no job of it runs.</summary>
    public static bool IsIssued(NameState? state) => state is { Certificate: not null, Phase: null, Known.Failures: 0 };

    /// <summary>Some try has failed. Where the clock runs, the next one may be under way by now.</summary>
    public static bool HasFailed(NameState? state) => state is { Known.Failures: > 0 };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _home.Dispose();
    }

    /// <summary>Ends it.</summary>
    public async Task StopAsync()
    {
        if (_store is null) return;
        await Manager.DisposeAsync();
        _ground.Dispose();
        await _store.DisposeAsync();
        _store = null;
    }

    private Attempt Attempt() => new(Options, new AttemptTools(new ChallengeDesk([new HttpSolver(Tokens, () => Closed()), .. Solvers]), Preflight), _ground, Time);
}
