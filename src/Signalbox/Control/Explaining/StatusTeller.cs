using System.Reflection;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Explaining;

/// <summary>Says how the daemon is.</summary>
internal sealed class StatusTeller(HomeLayout home, EdgeHolder edge, PlaneBoard planes, RouteReports reports, ListenerBook listeners)
{
    public static string Version { get; } =
        typeof(StatusTeller).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public required DateTimeOffset Started { get; init; }

    /// <summary>What is wrong now: of the sources, the store, the authority, the router.</summary>
    public required Func<IEnumerable<Problem>> Problems { get; init; }

    /// <inheritdoc cref="StatusReport.Transport"/>
    public Func<TransportReport?> Transport { private get; init; } = () => null;

    /// <inheritdoc cref="StatusReport.BaseDomain"/>
    public string? BaseDomain { private get; init; }

    /// <summary>Things said plainly that are no problem.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    public StatusReport Tell() => new()
    {
        Version = Version,
        Pid = Environment.ProcessId,
        Home = home.Root,
        Revision = edge.Book.Edge.Revision,
        Started = Started,
        Listeners = [.. listeners.All],
        Waiting = [.. listeners.Waiting],
        Transport = Transport(),
        BaseDomain = BaseDomain,
        Planes = [.. planes.Status],
        Routes = reports.Count(),
        Problems = [.. Problems()],
        Notices = [.. Notices],
    };
}
