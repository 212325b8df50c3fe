using System.Text.Json.Serialization;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>What past tries have taught of one name; kept, so that a restart neither hurries nor forgets.</summary>
internal sealed record NameRecord(string Name)
{
    /// <summary>A clock that is corrected goes back by seconds; one that was wrong goes back by hours or years.</summary>
    private static readonly TimeSpan Corrected = TimeSpan.FromMinutes(10);

    /// <summary>Failures in a row; 0 after a success.</summary>
    public int Failures { get; init; }

    /// <summary>Not before this; null: at once.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>When the last try ended, UTC; null when none has.</summary>
    public DateTimeOffset? LastTry { get; init; }

    /// <summary>Why the last try failed.</summary>
    public Problem? Reason { get; init; }

    /// <summary>The challenge that worked last, which is tried first.</summary>
    public string? Challenge { get; init; }

    /// <summary>Challenges that failed since one worked, the latest last: others are tried before them.</summary>
    [JsonConverter(typeof(ItemsConverter<string>))]
    public Items<string> FailedChallenges { get; init; }

    /// <summary>What was looked at before the first order, and what was found.</summary>
    [JsonConverter(typeof(ItemsConverter<Evidence>))]
    public Items<Evidence> Evidence { get; init; }

    /// <summary>True when the evidence is in the store alone (<see cref="IssuingStore.Whole"/>).</summary>
    [JsonIgnore]
    public bool IsBrief { get; init; }

    /// <summary>What is held in memory of a record that has been written down and has nothing to be done about: all but its evidence.</summary>
    public NameRecord Brief() => this with { Evidence = default, IsBrief = true };

    /// <summary>True when all it says is when and how the name was shown last; the rest is in the store.</summary>
    public bool IsQuiet => this is { IsBrief: true, Failures: 0, NextTry: null, Reason: null, FailedChallenges.IsEmpty: true, Evidence.IsEmpty: true };

    /// <summary>
    /// Not before this, as far as the clock can be believed: what was put off by a clock that has been set back since is not put off.
    /// </summary>
    public DateTimeOffset Next(DateTimeOffset now) => NextTry is { } next && !(LastTry - now > Corrected) ? next : DateTimeOffset.MinValue;

    /// <summary>True when there is nothing in it that a new record has not.</summary>
    public bool IsBlank => this == new NameRecord(Name);
}

/// <summary>One thing that was asked before an order: of whom, and what came back.</summary>
/// <param name="Step">What it is about: <c>dns</c>, <c>reach</c>, <c>tls</c>, <c>caa</c>.</param>
/// <param name="Outcome"><c>ok</c>, <c>failed</c>, or <c>unknown</c> when it could not be asked, which holds nothing back.</param>
/// <param name="Detail">What was asked of whom, and the answer, in words.</param>
/// <param name="At">When, UTC.</param>
internal sealed record Evidence(string Step, string Outcome, string Detail, DateTimeOffset At);
