using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Control;
using Signalbox.Control.Explaining;
using Signalbox.Control.Leases;
using Signalbox.Control.Proving;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Control;

/// <summary>The whole control floor over a store in memory, a recording plane and a way probe that answers as told. Backends are real sockets.</summary>
internal sealed class ControlRig : IAsyncDisposable
{
    private ControlRig(MemoryStore store, FakeProbe probe, TimeProvider leaseTime)
    {
        Store = store;
        Probe = probe;
        var time = TimeProvider.System;
        var backends = new BackendBoard(time);
        var planes = new PlaneBoard([Plane], NullLogger<PlaneBoard>.Instance);
        Listeners = new ListenerBook(new CoversLocalhost()) { All = [new ListenerReport("127.0.0.1", 8080, "http"), new ListenerReport("127.0.0.1", 8443, "https")] };
        Boards = new Boards(backends, new BackendMonitor(backends, time), planes, new RouteBoard(backends, planes) { Closed = route => Listeners.Closed(route.Key.Host, route.Tls) }, new RouteWatches(Edge, backends));
        Writer = new EdgeWriter(Edge, store, planes, time, NullLogger<EdgeWriter>.Instance);
        Prover = new Prover(Edge, Boards, probe, time, NullLogger<Prover>.Instance);
        Writer.Observe(Prover);
        Leases = new LeaseBook(Writer, Edge, Boards, Prover, Listeners) { RootCertificate = "root.pem", Time = leaseTime };
        Reports = new RouteReports(Edge, Boards.Routes, Writer.Refusals, Listeners, time);
        Why = new WhyExplainer(Edge, Boards, Reports, Listeners, host => Describe(host));
    }

    public EdgeHolder Edge { get; } = new();

    public RecordingPlane Plane { get; } = new();

    public MemoryStore Store { get; }

    public FakeProbe Probe { get; }

    public ListenerBook Listeners { get; }

    public Boards Boards { get; }

    public EdgeWriter Writer { get; }

    public Prover Prover { get; }

    public LeaseBook Leases { get; }

    public RouteReports Reports { get; }

    public WhyExplainer Why { get; }

    /// <summary>What is known of a host's certificate.</summary>
    public Func<string, CertificateReport> Describe { get; set; } = host => new CertificateReport(host, "local authority", "not-issued", null, "issued at first use", null);

    public static async Task<ControlRig> StartAsync(MemoryStore? store = null, FakeProbe? probe = null, TimeProvider? leaseTime = null)
    {
        var rig = new ControlRig(store ?? new MemoryStore(), probe ?? new FakeProbe(), leaseTime ?? TimeProvider.System);
        var stored = rig.Store.Load();
        await rig.Writer.StartAsync(stored, CancellationToken.None);
        rig.Prover.Start();
        rig.Boards.Monitor.Start();
        rig.Leases.Restore(stored.Claims);
        return rig;
    }

    public Task<Outcome<long>> AddAsync(string host, string target, bool take = false) =>
        Writer.WriteAsync(new AdmitWish(new ClaimRequest { Hosts = [host], Backends = [target] }.Validate(ClaimLife.Lasting).Value!, take, RefuseConflicts: true));

    /// <summary>Waits until the route shows the state, woken by its watch.</summary>
    public async Task<RouteReport> UntilAsync(string host, string state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var key = new RouteKey(host, "/");
        using var watch = Boards.Watches.Watch([key]);
        while (true)
        {
            if (Reports.Of(key).FirstOrDefault() is { } report && report.State == state) return report;
            await watch.WaitAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Prover.DisposeAsync();
        await Boards.Monitor.DisposeAsync();
        await Writer.DisposeAsync();
        Boards.Planes.Dispose();
    }

    /// <summary>A backend that accepts connections until it is disposed.</summary>
    public static TcpListener Listen(int port = 0)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    public static string Url(TcpListener listener) => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    internal sealed class FakeProbe : IWayProbe
    {
        public Func<Route, Problem?> Answer { get; set; } = _ => null;

        public Task<Problem?> AskAsync(Route route, bool wholeWay, CancellationToken cancellation) => Task.FromResult(Answer(route));
    }

    private sealed class CoversLocalhost : ICertificateBook
    {
        public bool Covers(string host) => HostName.IsWithin(host, "localhost");

        public ValueTask<ServerCertificate?> FindAsync(string host, bool keep) => ValueTask.FromResult<ServerCertificate?>(null);
    }
}
