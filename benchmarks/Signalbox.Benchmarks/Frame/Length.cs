namespace Signalbox.Benchmarks.Frame;

/// <summary>How much time a run has. A scenario chooses its sizes and times by it.</summary>
internal enum Length
{
    /// <summary><c>./bench quick</c>: all scenarios in 3 minutes. Figures are rough; sizes that need longer are left out.</summary>
    Quick,

    /// <summary><c>./bench</c>: all scenarios in 15 minutes.</summary>
    Whole,

    /// <summary><c>./bench NAME…</c>: the scenarios were asked for by name and take the time their figures need.</summary>
    Named,
}
