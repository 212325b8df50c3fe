using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Admin.Api;
using Signalbox.Control;
using Signalbox.Control.Explaining;
using Signalbox.Control.Leases;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Control;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Admin;

/// <summary>The API on a real unix socket, over the control floor with a store in memory.</summary>
internal sealed class AdminRig : IAsyncDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly AdminServer _server;

    private AdminRig(ControlRig control)
    {
        Control = control;
        var door = new EdgeControl
        {
            Writer = control.Writer,
            Prover = control.Prover,
            Boards = control.Boards,
            Leases = control.Leases,
            Ports = new PortBook(TimeProvider.System),
            Reports = control.Reports,
            StatusTeller = new StatusTeller(_home.Layout, control.Edge, control.Boards.Planes, control.Reports, control.Listeners) { Started = DateTimeOffset.UtcNow, Problems = () => [], Notices = [] },
            Explainer = control.Why,
            Checkup = new PlaneCheckup(control.Edge, control.Boards.Planes),
            Store = control.Store,
            Certificates = () => [],
            ShowCertificate = name => Missing(name),
            RenewCertificate = (name, _) => Task.FromResult(Missing(name)),
            RevokeCertificate = (name, _, _) => Task.FromResult(Missing(name)),
            ImportCertificate = _ => Task.FromResult(Outcome<CertificateReport[]>.Failed(Missing("").Problems)),
            RemoveCertificate = name => Task.FromResult<Problem?>(Missing(name).Problem),
        };
        _server = new AdminServer(door, _home.Layout, () => Stopped.TrySetResult(), NullLoggerFactory.Instance);
        Client = new HttpClient(Handler()) { BaseAddress = new Uri("http://signalbox/v1/") };
    }

    public ControlRig Control { get; }

    public HttpClient Client { get; }

    public string Socket => _home.Layout.AdminSocket;

    public TaskCompletionSource Stopped { get; } = new();

    public static async Task<AdminRig> StartAsync()
    {
        var rig = new AdminRig(await ControlRig.StartAsync());
        (await rig._server.StartAsync(CancellationToken.None)).ShouldBeNull();
        return rig;
    }

    /// <summary>This control plane has no certificates.</summary>
    private static Outcome<CertificateReport> Missing(string name) => new Problem(ProblemType.NotFound, ProblemSide.Request, name, "There is none.");

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>Sends the wish and hands back the open stream after its head.</summary>
    public async Task<HttpResponseMessage> LeaseAsync(string body) =>
        await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "leases") { Content = Json(body) }, HttpCompletionOption.ResponseHeadersRead);

    public ValueTask StopServerAsync() => _server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await Control.DisposeAsync();
        _home.Dispose();
    }

    private SocketsHttpHandler Handler() => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
