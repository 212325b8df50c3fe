using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>
/// What is known of every name, and which is due next. Each change is of one name, whole, under one lock; whoever waits for work is woken by any that may bring some.
/// </summary>
internal sealed class NameTable(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NameState> _names = new(StringComparer.Ordinal);

    /// <summary>Of those that are due at the same time, and at a start that is all, whoever came first goes first: the heap alone has them in no order.</summary>
    private readonly PriorityQueue<string, (DateTimeOffset Due, long Turn)> _queue = new();

    /// <summary>The earliest place of a name in the queue: later ones are left out, as the earliest leads to all others. So a name that is changed all the time has one.</summary>
    private readonly Dictionary<string, DateTimeOffset> _places = new(StringComparer.Ordinal);
    private readonly WakeSlot _wakes = new();
    private long _turns;
    private int _waiting;

    /// <summary>Names in <see cref="NamePhase.Waiting"/>.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting;
        }
    }

    /// <summary>Makes room for so many, so that tables that grow by doubling do not stand half empty.</summary>
    public void MakeRoom(int names)
    {
        lock (_lock)
        {
            _names.EnsureCapacity(names);
            _places.EnsureCapacity(names);
            _queue.EnsureCapacity(names);
        }
    }

    public NameState? Find(string name)
    {
        lock (_lock) return _names.GetValueOrDefault(name);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<NameState> Where(Func<NameState, bool> condition)
    {
        lock (_lock) return [.. _names.Values.Where(condition).OrderBy(state => state.Name, StringComparer.Ordinal)];
    }

    /// <summary>Changes a name, making it where it is not known.</summary>
    public NameState Change(string name, Func<NameState, NameState> change)
    {
        lock (_lock) return Put(change(_names.GetValueOrDefault(name) ?? new NameState(name)));
    }

    /// <summary>Changes a name that is known; null when it is not.</summary>
    public NameState? ChangeKnown(string name, Func<NameState, NameState> change)
    {
        lock (_lock) return _names.TryGetValue(name, out var state) ? Put(change(state)) : null;
    }

    /// <summary>Changes all names.</summary>
    public void ChangeAll(Func<NameState, NameState> change)
    {
        lock (_lock)
        {
            foreach (var state in _names.Values.ToList()) Put(change(state));

            // Each is queued anew, as places that were right by another clock or config may be too late now.
            _queue.Clear();
            _places.Clear();
            foreach (var state in _names.Values) Enqueue(state);
        }

        _wakes.Wake();
    }

    /// <summary>Names that were left to this wildcard are looked at anew: something has become of it.</summary>
    public void Release(string wildcard)
    {
        if (!wildcard.StartsWith("*.", StringComparison.Ordinal)) return;
        lock (_lock)
        {
            foreach (var state in _names.Values.Where(state => state.Held?.Cover?.Wildcard == wildcard).ToList()) Put(state with { Held = null });
        }
    }

    /// <summary>Takes a name into work, where nobody works on it and this still holds of it. Whoever took it ends that by <see cref="Leave"/>.</summary>
    public bool TryEnter(string name, Func<NameState, bool> condition)
    {
        lock (_lock)
        {
            if (!_names.TryGetValue(name, out var state) || state.Phase is not null || !condition(state)) return false;
            _names[name] = state with { Phase = NamePhase.Queued };
            return true;
        }
    }

    /// <summary>Takes the next name that is due into work. False when none is, with the time until one will be, or null when none is in sight.</summary>
    public bool TryEnterDue(out string name, out TimeSpan? wait)
    {
        lock (_lock)
        {
            (name, wait) = ("", null);
            var now = time.GetUtcNow();
            while (_queue.TryPeek(out var next, out var place))
            {
                if (place.Due > now)
                {
                    wait = place.Due - now;
                    return false;
                }

                _queue.Dequeue();
                if (_places.GetValueOrDefault(next) == place.Due) _places.Remove(next);
                if (!_names.TryGetValue(next, out var state) || state.DueAt(now) is not { } due) continue;
                if (due > now)
                {
                    // Put off since it was queued.
                    Enqueue(state);
                    continue;
                }

                _names[next] = state with { Phase = NamePhase.Queued };
                name = next;
                return true;
            }

            return false;
        }
    }

    /// <summary>Ends the work on a name, and gives what it is left as; one of which nothing is left to be known goes.</summary>
    public NameState Leave(string name)
    {
        NameState left;
        lock (_lock)
        {
            left = Put(_names[name] with { Phase = null });
            if (left == new NameState(name)) _names.Remove(name);
        }

        // A place is free for another name, whether or not this one has anything left to be done.
        _wakes.Wake();
        return left;
    }

    /// <summary>Returns when something may have become due, or when <paramref name="atMost"/> has passed.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken stop) => _wakes.WaitAsync(atMost, time, stop);

    private NameState Put(NameState state)
    {
        var before = _names.GetValueOrDefault(state.Name)?.Phase;
        _names[state.Name] = state;
        if (before == NamePhase.Waiting) _waiting--;
        if (state.Phase == NamePhase.Waiting) _waiting++;

        // One that begins to wait has left its place to another.
        if (Enqueue(state) || (state.Phase == NamePhase.Waiting && before != NamePhase.Waiting)) _wakes.Wake();
        return state;
    }

    private bool Enqueue(NameState state)
    {
        if (state.DueAt(time.GetUtcNow()) is not { } due || (_places.TryGetValue(state.Name, out var place) && place <= due)) return false;
        _queue.Enqueue(state.Name, (due, _turns++));
        _places[state.Name] = due;
        return true;
    }
}
