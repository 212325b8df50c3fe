using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>What one try came to.</summary>
internal sealed record AttemptOutcome
{
    public Kept? Kept { get; init; }

    public OrderFailure? Failure { get; init; }

    /// <summary>What was looked at before the order, in this try or an earlier one.</summary>
    public Items<Evidence> Evidence { get; init; }

    /// <summary>
    /// Several issuers that did not sign, as one: told in their order. It is a failure when one of them failed, and a hold when a limit of each is in the way; it goes on as
    /// soon as the first of them may be asked again.
    /// </summary>
    public static OrderFailure Together(IReadOnlyList<OrderFailure> failures)
    {
        var failed = failures.Where(failure => !failure.IsHeld).ToList();
        var first = failed.Count > 0 ? failed[0] : failures[0];
        return first with
        {
            Problem = first.Problem with { Text = string.Join(" ", failures.Select(failure => failure.Problem.Text).Distinct()) },
            RetryAt = failures.All(failure => failure.RetryAt is not null) ? failures.Min(failure => failure.RetryAt) : null,
            Challenge = failures.Select(failure => failure.Challenge).LastOrDefault(challenge => challenge is not null),
            IsMissed = failed.Count > 0 && failed.All(failure => failure.IsMissed),
        };
    }
}

/// <summary>A certificate that is on disk and in the index.</summary>
/// <param name="Record">The index entry.</param>
/// <param name="Certificate">With its key.</param>
/// <param name="Known">What this success has taught of the name.</param>
internal sealed record Kept(CertificateRecord Record, HeldCertificate Certificate, NameRecord Known);
