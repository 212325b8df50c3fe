using Signalbox.Model;

namespace Signalbox.Control;

/// <summary>Small pieces of English that several messages share.</summary>
internal static class Words
{
    /// <summary>Who holds a name, as people say it: what runs and where, rather than the owner's key.</summary>
    public static string Holder(Claim claim) => claim.Owner.Source switch
    {
        Owner.Dev when claim.Project is { } project => $"{(claim.Label is null ? "a program" : $"“{claim.Label}”")} in {project[(Owner.Dev.Length + 1)..]}",
        Owner.Dev => claim.Label is null ? "a program that leased it" : $"“{claim.Label}”",
        Owner.Site => "a route made by `signalbox route add`",
        Owner.File => $"an entry of {claim.Label ?? "the config file"}",
        _ => claim.Owner.ToString(),
    };

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
