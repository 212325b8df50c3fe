using System.Diagnostics.CodeAnalysis;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>Why a step towards a certificate came to nothing, and what follows from it.</summary>
/// <param name="Problem">For people.</param>
internal sealed record OrderFailure(Problem Problem)
{
    /// <summary>Not before this, by our count of the CA's limits or by its own word.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>True when only a limit, or a port of this machine, stands in the way: nothing was tried, and it counts as no failure.</summary>
    public bool IsHeld { get; init; }

    /// <summary>True when no way to show the name is open at present, such as for want of a port. Held, and gone on with once one is.</summary>
    public bool IsClosed { get; init; }

    /// <summary>True when the CA has paused the name until its owner acts.</summary>
    public bool IsPause { get; init; }

    /// <summary>True when the order stands and goes on with the next try.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>True when the CA may have looked at the name while nobody of ours was there to answer: an earlier try told it to, such as that of a daemon which is no more.</summary>
    public bool IsMissed { get; init; }

    /// <summary>True when the reason lies with our own storage: another CA would meet with the same.</summary>
    public bool IsOurs => Problem.Type is ProblemType.StoreFull or ProblemType.StoreDamaged;

    /// <summary>The challenge that failed, where one did.</summary>
    public string? Challenge { get; init; }

    /// <summary>What the CA answered, where it did.</summary>
    public AcmeFailure? Answer { get; init; }

    public static OrderFailure Of(Problem problem) => new(problem);

    public static OrderFailure Of(AcmeFailure failure, string subject) => new(failure.ToProblem(subject)) { RetryAt = failure.RetryAt, Answer = failure };

    public static OrderFailure Closed(Problem problem) => new(problem) { IsHeld = true, IsClosed = true };

    public static OrderFailure Held(string issuer, string name, string bucket, DateTimeOffset until) =>
        new(new Problem(ProblemType.AcmeRateLimited, ProblemSide.Request, name,
            $"The limit of {issuer} for {Ledger.Describe(bucket)} is used up until {until:yyyy-MM-dd HH:mm:ss} UTC.", "It is ordered then by itself; other names go on meanwhile.", Retry: true))
        { RetryAt = until, IsHeld = true };
}

/// <summary>A value, or why there is none.</summary>
internal readonly struct OrderResult<T>
{
    private OrderResult(T? value, OrderFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    public T? Value { get; }

    public OrderFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator OrderResult<T>(T value) => new(value, null);

    public static implicit operator OrderResult<T>(OrderFailure failure) => new(default, failure);
}
