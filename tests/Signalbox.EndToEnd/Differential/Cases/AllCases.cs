using Signalbox.EndToEnd.Differential.Data;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Every case, by theme.</summary>
internal static class AllCases
{
    public static IReadOnlyList<(string Theme, IReadOnlyList<WireCase> Cases)> Themes { get; } =
    [
        ("Methods", Methods.List),
        ("Targets", Targets.List),
        ("Request fields", RequestFieldCases.List),
        ("Request framing", RequestFramings.List),
        ("Sizes", Sizes.List),
        ("Statuses", Statuses.List),
        ("Response fields", ResponseFields.List),
        ("Response framing", ResponseFramings.List),
        ("Broken responses", BrokenResponses.List),
        ("Broken connections", BrokenConnections.List),
        ("Early answers", EarlyAnswers.List),
        ("Interim answers", Interims.List),
        ("Expect: 100-continue", Expectations.List),
        ("Trailers", Trailers.List),
        ("Connections", Connections.List),
        ("Upgrades", Upgrades.List),
        ("HTTP/1.0", OldVersions.List),
        ("TLS", OverTls.List),
        ("HTTP/2", OverHttp2.List),
    ];

    public static IReadOnlyList<WireCase> List { get; } = [.. Themes.SelectMany(theme => theme.Cases)];

    public static WireCase Named(string name) => List.Single(@case => @case.Name == name);
}
