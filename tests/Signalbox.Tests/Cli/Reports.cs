using System.Text.Json;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Cli;

/// <summary>Answers of a daemon, for what prints and reads them.</summary>
internal static class Reports
{
    public static DateTimeOffset Now { get; } = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static StatusReport Status { get; } = new()
    {
        Version = "0.1.0",
        Pid = 4711,
        Home = "/home/a",
        Revision = 12,
        Started = Now - TimeSpan.FromMinutes(3),
        Listeners = [new ListenerReport("127.0.0.1", 8080, "http"), new ListenerReport("::1", 8443, "https")],
        Transport = new TransportReport(TransportReport.Epoll, 2, null),
        Planes = [new PlaneStatus("embedded", "applied", 12, null)],
        Routes = new RouteCounts(2, 1, 0, 0, 0),
        Problems = [],
        Notices = ["8080 instead of 80"],
    };

    public static string StatusJson { get; } = JsonSerializer.Serialize(Status, SignalboxJson.Default.StatusReport);

    public static RouteReport Live { get; } = new()
    {
        Id = "sb-dev-0123456789",
        Host = "app.main.localhost",
        Path = "/",
        Kind = "http",
        State = RouteStates.Live,
        Owner = "dev//srv/app@app.main.localhost#f00",
        Source = "dev",
        Backends = ["http://localhost:5173"],
        Url = "https://app.main.localhost",
        Since = Now - TimeSpan.FromHours(2),
        Revision = 11,
        Label = "npm run dev",
    };

    public static RouteReport Shadowed { get; } = Live with
    {
        Id = "sb-dev-abcdef0123",
        State = RouteStates.Shadowed,
        Owner = "dev//srv/app@app.main.localhost#f01",
        Since = Now - TimeSpan.FromDays(1.5),
        Problem = new Problem(ProblemType.HostInUse, ProblemSide.Request, "app.main.localhost", "“npm run dev” has the name since 2 h.", "It comes back when that one ends."),
    };
}
