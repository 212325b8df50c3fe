using System.Text.Json.Serialization;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>A <see cref="NameRecord"/> as it is read at a start: its evidence is passed over. With thousands of names that is most of the reading and of the memory.</summary>
internal sealed record BriefName(string Name)
{
    public int Failures { get; init; }

    public DateTimeOffset? NextTry { get; init; }

    public DateTimeOffset? LastTry { get; init; }

    public Problem? Reason { get; init; }

    [JsonConverter(typeof(SharedText))]
    public string? Challenge { get; init; }

    [JsonConverter(typeof(ItemsConverter<string>))]
    public Items<string> FailedChallenges { get; init; }

    public NameRecord ToRecord() => new(Name) { Failures = Failures, NextTry = NextTry, LastTry = LastTry, Reason = Reason, Challenge = Challenge, FailedChallenges = FailedChallenges, IsBrief = true };
}
