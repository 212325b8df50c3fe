namespace Signalbox.Control;

/// <summary>Small pieces of English that several messages share.</summary>
internal static class Words
{
    /// <summary>A length of time as people say it: <c>3 s</c>, <c>12 min</c>, <c>5 h</c>, <c>2 days</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "less than a second",
        { TotalSeconds: < 90 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 90 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 36 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} days",
    };
}
