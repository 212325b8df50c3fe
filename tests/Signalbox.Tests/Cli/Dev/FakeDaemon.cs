using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Cli.Dev;

/// <summary>The part of the admin API that a lease's holder uses, on a real unix socket; what it answers is the test's choice.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Channel<FakeLease> _leases = Channel.CreateUnbounded<FakeLease>();
    private readonly ConcurrentDictionary<string, FakeLease> _held = new();
    private readonly HomeLayout _home;
    private int _next;

    private FakeDaemon(HomeLayout home)
    {
        _home = home;
        // A daemon that was killed leaves its socket; the next one puts its own in its place.
        File.Delete(home.AdminSocket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket(home.AdminSocket));
        _server = builder.Build();
        _server.MapGet("/v1/status", context => AnswerAsync(context, Status()));
        _server.MapPost("/v1/ports", context => AnswerAsync(context, new PortGrant(Port, 30)));
        _server.MapPost("/v1/leases", LeaseAsync);
        _server.MapPut("/v1/leases/{id}", UpdateAsync);
    }

    public int Port { get; init; } = 1;

    /// <summary>Refuses every lease with this.</summary>
    public Problem? Refusal { get; set; }

    public static async Task<FakeDaemon> StartAsync(HomeLayout home, int port = 1, Problem? refusal = null)
    {
        var daemon = new FakeDaemon(home) { Port = port, Refusal = refusal };
        await daemon._server.StartAsync(TestContext.Current.CancellationToken);
        return daemon;
    }

    /// <summary>The next lease that is asked for and granted.</summary>
    public ValueTask<FakeLease> NextLeaseAsync() => _leases.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// Ends on purpose: every holder is told, and every answer ends whole. Cutting the connections after telling would not do: what the server has been given
    /// to send is thrown away when a connection is cut.
    /// </summary>
    public async Task ShutdownAsync()
    {
        foreach (var lease in _held.Values)
        {
            await lease.SendAsync(new LeaseEvent { Event = "shutdown" });
            lease.End();
        }

        await _server.StopAsync(TestContext.Current.CancellationToken);
        await _server.DisposeAsync();
    }

    /// <summary>Ends as a killed daemon does: every connection is cut.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lease in _held.Values) lease.Cut();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    private async Task LeaseAsync(HttpContext context)
    {
        var request = (await JsonSerializer.DeserializeAsync(context.Request.Body, SignalboxJson.Default.ClaimRequest, context.RequestAborted))!;
        if (Refusal is { } refusal)
        {
            context.Response.StatusCode = ProblemDocument.StatusOf(refusal);
            context.Response.ContentType = ProblemDocument.MediaType;
            await context.Response.WriteAsync(JsonSerializer.Serialize(ProblemDocument.Of(context.Response.StatusCode, refusal), SignalboxJson.Default.ProblemDocument));
            return;
        }

        var lease = new FakeLease($"lease-{Interlocked.Increment(ref _next)}", request, context);
        _held[lease.Id] = lease;
        context.Response.ContentType = "application/x-ndjson";
        await lease.SendAsync(new LeaseEvent { Event = "granted", Id = lease.Id, Urls = lease.Urls, RootCertificate = _home.RootCertificate });
        _leases.Writer.TryWrite(lease);
        await lease.Ended;
        lease.Leave();
        _held.TryRemove(lease.Id, out _);
    }

    private async Task UpdateAsync(HttpContext context)
    {
        var update = (await JsonSerializer.DeserializeAsync(context.Request.Body, SignalboxJson.Default.LeaseUpdate, context.RequestAborted))!;
        if (!_held.TryGetValue((string)context.Request.RouteValues["id"]!, out var lease))
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.StatusCode = 204;
        lease.Updated(update);
        await lease.SendAsync(new LeaseEvent { Event = "proved", Urls = lease.Urls, Revision = 1 });
    }

    private StatusReport Status() => new()
    {
        Version = "0.1.0", Pid = Environment.ProcessId, Home = _home.Root, Revision = 1, Started = DateTimeOffset.UnixEpoch,
        Listeners = [], Planes = [], Routes = new RouteCounts(0, 0, 0, 0, 0), Problems = [],
    };

    private static Task AnswerAsync<T>(HttpContext context, T value)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(value, typeof(T), SignalboxJson.Default));
    }
}
