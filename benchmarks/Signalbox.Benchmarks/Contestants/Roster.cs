using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>Makes contestants. They are not started yet; whoever asked for one starts and disposes of it.</summary>
internal static class Roster
{
    public static Contestant Signalbox(Workshop workshop) => new SignalboxRouter(Names.Signalbox, "");

    public static Contestant Nginx(Workshop workshop) => new NginxRouter(workshop);

    /// <summary>Signalbox and those it is compared with, in the order of the tables.</summary>
    public static IReadOnlyList<Contestant> All(Workshop workshop) => [Signalbox(workshop), Nginx(workshop)];
}
