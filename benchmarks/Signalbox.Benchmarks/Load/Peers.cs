using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load;

/// <summary>Who takes part in a scenario that starts its routers itself.</summary>
internal static class Peers
{
    /// <summary>All routers; in a quick run, where every start counts, Signalbox and the one that most marks refer to.</summary>
    public static IReadOnlyList<Contestant> Of(ScenarioContext context, params Feature[] features) =>
        [.. Routers(context).Where(contestant => context.Options.TakesPart(contestant.Name) && features.All(contestant.Can))];

    private static IReadOnlyList<Contestant> Routers(ScenarioContext context) =>
        context.Options.Length == Length.Quick ? [Roster.Signalbox(context.Workshop), Roster.Nginx(context.Workshop)] : Roster.Routers(context.Workshop);
}
