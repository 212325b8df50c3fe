using Signalbox.Benchmarks.Contestants.Certified;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>Makes contestants. They are not started yet; whoever asked for one starts and disposes of it.</summary>
internal static class Roster
{
    public static SignalboxRouter Signalbox(Workshop workshop) => new(Names.Signalbox, "");

    /// <summary>The same on the framework's own transport, to show what ours gives.</summary>
    public static SignalboxRouter SignalboxSockets(Workshop workshop) => new(Names.SignalboxSockets, "transport: sockets");

    public static Contestant Nginx(Workshop workshop) => new NginxRouter(workshop);

    public static Contestant HaProxy(Workshop workshop) => new HaProxyRouter(workshop);

    public static Contestant Caddy(Workshop workshop) => new CaddyRouter(workshop);

    /// <summary>Signalbox and the routers it is compared with, in the order of the tables.</summary>
    public static IReadOnlyList<Contestant> Routers(Workshop workshop) => [Signalbox(workshop), Nginx(workshop), HaProxy(workshop), Caddy(workshop)];

    /// <summary>Those that have certificates of a CA by themselves.</summary>
    public static IReadOnlyList<CertifiedRouter> Certified(Workshop workshop) => [new CertifiedSignalbox(), new CertifiedCaddy(workshop)];

    /// <summary>All, with the floor under them.</summary>
    public static IReadOnlyList<Contestant> All(Workshop workshop) => [Signalbox(workshop), SignalboxSockets(workshop), Nginx(workshop), HaProxy(workshop), Caddy(workshop), new BareRelay(workshop)];
}
