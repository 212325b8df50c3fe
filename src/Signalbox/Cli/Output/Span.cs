namespace Signalbox.Cli.Output;

/// <summary>Lengths of time as people say them: <c>3 min</c>, <c>2 h</c>, <c>5 d</c>.</summary>
internal static class Span
{
    public static string Since(DateTimeOffset time, TimeProvider clock) => Text(clock.GetUtcNow() - time);

    /// <summary>One unit, rounded down; a clock set back in between reads as no time at all.</summary>
    public static string Text(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} d",
    };
}
