namespace Signalbox.Benchmarks.Frame;

/// <summary>What a person asked for.</summary>
/// <param name="Length">How much time there is.</param>
/// <param name="Rounds">How often each contestant has its turn: 2 to 20.</param>
/// <param name="Turn">How long one turn under load takes.</param>
/// <param name="Names">The scenarios to run; empty: all.</param>
/// <param name="Document">Where the document is written; null: nowhere.</param>
internal sealed record BenchOptions(Length Length, int Rounds, TimeSpan Turn, IReadOnlyList<string> Names, string? Document)
{
    /// <summary>
    /// How long Signalbox carries a load before it is measured: .NET runs quick first code and replaces the hot parts while they run. The others have
    /// nothing to compile and warm up for <see cref="OthersWarmUp"/>. Most of it is done with the first scenario; the later ones bring little that is new.
    /// </summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Pick(quick: 2, whole: 3, named: 10));

    /// <summary>
    /// After this no further scenario begins, so that a machine with other work does not make a run endless. The rest of the 3 and 15 minutes is for the one, of at most 50 and 90 seconds,
    /// that has begun. Null: no limit.
    /// </summary>
    public TimeSpan? Budget => Pick<TimeSpan?>(quick: TimeSpan.FromSeconds(125), whole: TimeSpan.FromMinutes(13.5), named: null);

    /// <summary>Enough for connections to the backend to be there and for caches to be filled.</summary>
    public static readonly TimeSpan OthersWarmUp = TimeSpan.FromSeconds(1);

    /// <summary>How long the soak is to take; null: by the length of the run.</summary>
    public TimeSpan? Soak { get; init; }

    /// <summary>The routers that take part, by their names; empty: all. For looking into one thing, not for figures: a ratio needs both.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public bool TakesPart(string name) => Only.Count == 0 || Only.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>One of three values, by the time there is.</summary>
    public T Pick<T>(T quick, T whole, T named) => Length switch
    {
        Length.Quick => quick,
        Length.Whole => whole,
        _ => named,
    };
}
