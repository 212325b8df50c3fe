namespace Signalbox.Certificates.Trust;

internal enum TrustOutcome
{
    /// <summary>Changed as wished.</summary>
    Done,

    /// <summary>It was so already; nothing was touched.</summary>
    Already,

    /// <summary>Not possible here and now, for a reason that is nobody's fault: rights, a program that is missing.</summary>
    Skipped,

    Failed,
}

/// <summary>What <c>trust</c> or <c>untrust</c> did in one place, for people.</summary>
/// <param name="Store">The place.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Detail">What exactly was done, or why it was not.</param>
/// <param name="Advice">What to do next, often a command to copy; null when nothing is to be done.</param>
internal sealed record TrustStep(string Store, TrustOutcome Outcome, string Detail, string? Advice = null);
