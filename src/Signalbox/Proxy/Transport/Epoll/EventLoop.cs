using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// One thread that waits for many sockets (epoll) and does their work, each socket belonging to one loop for good. Nothing that runs here may block.
/// Work from other threads comes in through <see cref="Post"/>; as a pipe's scheduler it runs at once what is already on the loop.
/// </summary>
internal sealed unsafe class EventLoop : PipeScheduler
{
    /// <summary>Events taken by one call; more wait for the next. 256 of 12 bytes fit well into the first-level cache.</summary>
    private const int MostEvents = 256;

    /// <summary>
    /// What the beginnings of connections may take of one turn, but one of them is always served. A full TLS handshake takes about as long by itself, so that
    /// a storm of them gets one a turn and everybody else the rest; connections in clear take a twentieth, and a dozen are served at once.
    /// </summary>
    private static readonly TimeSpan BeginningsInTurn = TimeSpan.FromMicroseconds(250);

    /// <summary>The key of the descriptor that wakes the loop. No source has it: uses are counted from 1.</summary>
    private const ulong WakeKey = 0;

    [ThreadStatic]
    private static EventLoop? s_current;

    private readonly LoopTable _table = new();
    private readonly ConcurrentQueue<Work> _posted = new();

    /// <summary>The loop's own: connections that the server is about to begin with.</summary>
    private readonly Queue<Action> _beginnings = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly int _epoll;

    /// <summary>Held for a wake-up and for the closing of its descriptor: its number may be another's right afterwards.</summary>
    private readonly Lock _waking = new();
    private int _wake;

    /// <summary>1 from just before the loop waits until it is woken: only then a poster has to wake it.</summary>
    private int _isWaiting;
    private volatile bool _isEnding;
    private volatile bool _hasEnded;
    private int _connections;

    /// <exception cref="IOException">The system has no descriptor left for it, or only those that are kept back.</exception>
    public EventLoop(int index, TimeProvider time, ILogger log)
    {
        Index = index;
        (_time, _log) = (time, log);
        Watch = new LoopWatch(index, time, log);
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        _wake = _epoll < 0 ? -1 : Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec);
        // Not to the last one: the runtime opens files of its own for whatever runs for the first time, and ends the process when it cannot.
        var isShort = _wake >= 0 && new DescriptorRoom().IsShort(_wake);
        if (_wake < 0 || isShort || Libc.Control(_epoll, Libc.ControlAdd, _wake, (uint)(Readiness.Readable | Readiness.EdgeTriggered), WakeKey) < 0)
        {
            var error = Errors.Exception(isShort ? Errors.TooManyFiles : Libc.LastError);
            if (_wake >= 0) _ = Libc.Close(_wake);
            if (_epoll >= 0) _ = Libc.Close(_epoll);
            throw error;
        }

        // Linux shows the first 15 characters of a thread's name.
        _thread = new Thread(Run) { IsBackground = true, Name = $"event loop {index}" };
        _thread.UnsafeStart();
    }

    private readonly record struct Work(Action<object?> Action, object? State);

    /// <summary>The loop whose thread this is, or null.</summary>
    public static EventLoop? Current => s_current;

    public bool IsCurrent => s_current == this;

    /// <summary>From 0.</summary>
    public int Index { get; }

    /// <summary>How long its turns take.</summary>
    public LoopWatch Watch { get; }

    /// <summary>Client connections that live here; read by any loop that looks for the one with the fewest.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Counts the turns, so that a socket can tell how much it has had in this one.</summary>
    public long Turn { get; private set; }

    public void ConnectionBegan() => Interlocked.Increment(ref _connections);

    public void ConnectionEnded() => Interlocked.Decrement(ref _connections);

    /// <summary>Runs at once on the loop, else by a hop.</summary>
    public override void Schedule(Action<object?> action, object? state)
    {
        if (IsCurrent) action(state);
        else Post(action, state);
    }

    /// <summary>
    /// Runs it in the loop's next turn, whoever asks. Once the loop has ended it runs on the thread pool: every socket is closed by then, so that
    /// whoever comes finds that out and ends.
    /// </summary>
    public void Post(Action<object?> action, object? state)
    {
        _posted.Enqueue(new Work(action, state));
        // The exchange is a full fence, and so is the one in Run: either the poster sees that the loop waits, or the loop sees what was posted.
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1) Wake();
        if (_hasEnded) RunPostedElsewhere();
    }

    /// <summary>Awaited, goes on on this loop.</summary>
    public LoopSwitch SwitchAsync() => new(this, always: false);

    /// <summary>Awaited, goes on in the next turn, so that others get theirs.</summary>
    public LoopSwitch YieldAsync() => new(this, always: true);

    /// <summary>
    /// Awaited on the loop before the server begins with a connection: goes on when it is its turn among those that begin. The client's first bytes are mostly
    /// there by then, and what follows may be a handshake, a dozen times and more as dear as a request; served as they come, eight new
    /// clients would hold up every other for several milliseconds.
    /// </summary>
    public LoopSwitch BeginAsync() => new(this, always: true, begins: true);

    /// <summary>On the loop.</summary>
    public void Begin(Action continuation) => _beginnings.Enqueue(continuation);

    /// <summary>On the loop.</summary>
    /// <exception cref="IOException">The kernel has no memory for it, or the user's limit of watched descriptors is reached, or the loop has ended.</exception>
    public void Add(LoopSource source, int descriptor, Readiness readiness)
    {
        // Posted too late, it runs on the pool: the number of our epoll instance may be another's by then.
        if (_hasEnded) throw new IOException("The event loop has ended.");
        var key = _table.Add(source);
        if (Libc.Control(_epoll, Libc.ControlAdd, descriptor, (uint)readiness, key) == 0) return;
        var error = Errors.Exception(Libc.LastError);
        _table.Remove(source);
        throw error;
    }

    /// <summary>On the loop: forgets it. Closing the descriptor ends the kernel's side; one that stays open is given here.</summary>
    public void Remove(LoopSource source, int? stillOpen = null)
    {
        if (stillOpen is { } descriptor) _ = Libc.Control(_epoll, Libc.ControlDelete, descriptor, 0, 0);
        _table.Remove(source);
    }

    /// <summary>Ends the loop, closes what still lives on it, and waits for its thread.</summary>
    public void End()
    {
        if (IsCurrent) throw new InvalidOperationException("A loop cannot wait for its own end.");
        _isEnding = true;
        Wake();
        _thread.Join();
    }

    private void Run()
    {
        s_current = this;
        var events = stackalloc byte[MostEvents * Libc.EventSize];
        while (!_isEnding)
        {
            Interlocked.Exchange(ref _isWaiting, 1);
            var wait = _posted.IsEmpty && _beginnings.Count == 0 && !_isEnding ? Timeout.Infinite : 0;
            Watch.TurnEnds();
            var count = Libc.EpollWait(_epoll, events, MostEvents, wait);
            Volatile.Write(ref _isWaiting, 0);
            Watch.TurnBegins();
            Turn++;
            for (var i = 0; i < count; i++)
            {
                var at = events + (i * Libc.EventSize);
                var key = Unsafe.ReadUnaligned<ulong>(at + Libc.EventDataOffset);
                // Being woken is all there is to a wake-up: told by its edge, its count never has to be read.
                if (key != WakeKey && _table.Find(key) is { } source) Serve(source, (Readiness)Unsafe.ReadUnaligned<uint>(at));
            }

            RunPosted();
            RunBeginnings();
        }

        CloseAll();
    }

    private void Serve(LoopSource source, Readiness readiness)
    {
        Watch.Begins(source);
        try
        {
            source.OnReady(readiness);
        }
        catch (Exception error)
        {
            // A fault of ours in one connection must not end all the others.
            _log.LogError(error, "A fault on event loop {Index} at {What}.", Index, source.What);
        }

        Watch.Ends();
    }

    /// <summary>What was posted before this turn; what these post themselves waits for the next, so that sockets get their turn between.</summary>
    private void RunPosted()
    {
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var work); left--) Run(work);
    }

    /// <summary>The next ones in line; the others come in the turns that follow, behind the sockets that are ready then.</summary>
    private void RunBeginnings()
    {
        if (_beginnings.Count == 0) return;
        var began = _time.GetTimestamp();
        do Run(new Work(static state => ((Action)state!)(), _beginnings.Dequeue()));
        while (_beginnings.Count > 0 && _time.GetElapsedTime(began) < BeginningsInTurn);
    }

    private void Run(Work work)
    {
        // A continuation says more than the hop that brought it.
        Watch.Begins(work.State as Action ?? (object)work.Action);
        try
        {
            work.Action(work.State);
        }
        catch (Exception error)
        {
            _log.LogError(error, "A fault on event loop {Index} in {What}.", Index, work.Action.Method.Name);
        }

        Watch.Ends();
    }

    private void CloseAll()
    {
        // Closing makes those who wait go on, and they may post or register more: until nothing is left.
        do
        {
            foreach (var source in _table.All.ToList()) source.OnLoopEnding();
            RunPosted();
            RunBeginnings();
        }
        while (_table.Count > 0 || !_posted.IsEmpty || _beginnings.Count > 0);
        s_current = null;
        _hasEnded = true;
        // Whoever posted before the line above and did not see it is served here, whoever posts after it serves himself.
        Interlocked.MemoryBarrier();
        RunPostedElsewhere();
        _ = Libc.Close(_epoll);
        lock (_waking)
        {
            _ = Libc.Close(_wake);
            _wake = -1;
        }
    }

    private void RunPostedElsewhere()
    {
        while (_posted.TryDequeue(out var work)) System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work.Action, work.State, preferLocal: false);
    }

    private void Wake()
    {
        var one = 1UL;
        lock (_waking)
        {
            if (_wake >= 0) _ = Libc.Write(_wake, &one, sizeof(ulong));
        }
    }
}
