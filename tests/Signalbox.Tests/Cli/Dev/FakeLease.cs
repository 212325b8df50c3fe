using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Cli.Dev;

/// <summary>One lease of a <see cref="FakeDaemon"/>.</summary>
internal sealed class FakeLease
{
    private readonly Lock _lock = new();
    private readonly HttpContext _context;
    private bool _isOver;
    private readonly Channel<string[]> _backends = Channel.CreateUnbounded<string[]>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeLease(string id, ClaimRequest request, HttpContext context)
    {
        (Id, Request, _context) = (id, request, context);
        context.RequestAborted.Register(() => _ended.TrySetResult());
    }

    public string Id { get; }

    public ClaimRequest Request { get; }

    public string[] Urls => [.. Request.Hosts.Select(host => "https://" + host)];

    /// <summary>Done when the holder has let go, or the stream was ended or cut.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the holder tells next of where it listens.</summary>
    public ValueTask<string[]> NextBackendsAsync() => _backends.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Updated(LeaseUpdate update) => _backends.Writer.TryWrite(update.Backends);

    public async Task SendAsync(LeaseEvent happened)
    {
        await _context.Response.WriteAsync(JsonSerializer.Serialize(happened, SignalboxJson.Default.LeaseEvent) + "\n");
        await _context.Response.Body.FlushAsync();
    }

    /// <summary>Ends the answer after all that was sent.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>As when the daemon is killed.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            if (!_isOver) _context.Abort();
        }

        End();
    }

    /// <summary>Its request is about to end: from then on the context is the server's again, who may be using it for another.</summary>
    public void Leave()
    {
        lock (_lock) _isOver = true;
    }
}
