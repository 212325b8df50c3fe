namespace Signalbox.Cli.Output;

/// <summary>One thing looked at or done, as <c>doctor</c> and <c>trust</c> tell it.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="Outcome"><c>ok</c>, <c>warn</c> or <c>fail</c> when looked at; <c>done</c>, <c>already</c>, <c>skipped</c> or <c>failed</c> when done.</param>
/// <param name="Detail">What was found, in words.</param>
/// <param name="Advice">The way out; null where none is needed.</param>
internal sealed record Finding(string Subject, string Outcome, string Detail, string? Advice = null)
{
    public static Finding Ok(string subject, string detail) => new(subject, "ok", detail);

    public static Finding Warn(string subject, string detail, string? advice) => new(subject, "warn", detail, advice);

    public static Finding Fail(string subject, string detail, string? advice) => new(subject, "fail", detail, advice);
}
