using System.Globalization;
using Signalbox.Cli.Client;
using Signalbox.Cli.Dev;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Demo;

/// <summary>
/// One sample service: its name, held by a lease as <c>signalbox dev</c> holds one, and its process, started again whenever it ends.
/// </summary>
internal sealed class DemoService : IAsyncDisposable
{
    /// <summary>From a crash to the new start: about what a dev server takes, so that the wait can be seen, and well below the 5 s a request waits at most.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    /// <summary>Starts that fail in a row before that is the machine's fault; each is on another port.</summary>
    private const int MostFailures = 5;

    private readonly DemoDaemon _daemon;
    private readonly DemoStage _stage;
    private readonly TimeProvider _time;
    private readonly DemoListener _listener;
    private readonly LeaseKeeper _keeper;
    private readonly ClaimRequest _request;
    private readonly TaskCompletionSource<Problem?> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _running = new();
    private Task _held = Task.CompletedTask;
    private Task _supervised = Task.CompletedTask;

    public DemoService(string name, DemoDaemon daemon, DemoStage stage, TimeProvider time)
    {
        (Name, _daemon, _stage, _time) = (name, daemon, stage, time);
        _listener = new DemoListener(name, stage);
        _keeper = new LeaseKeeper(daemon.Home, daemon.Starter, _listener, time);

        // One project for all demos: a second one takes the names over and gives them back when it ends.
        _request = new ClaimRequest { Hosts = [$"{name}.demo.localhost"], Project = "signalbox demo", Holder = Guid.NewGuid().ToString("N"), Label = $"{name} of signalbox demo" };
    }

    public string Name { get; }

    public string Url { get; private set; } = "";

    public string RootCertificate { get; private set; } = "";

    public string Backend { get; private set; } = "";

    /// <summary>Takes the name, before there is anything behind it.</summary>
    public async Task<Problem?> TakeAsync(CancellationToken life)
    {
        var granted = await _keeper.TakeAsync(_request, life);
        if (!granted.Succeeded) return granted.Problem;
        Url = granted.Value.Urls is { Length: > 0 } urls ? urls[0] : "https://" + _request.Hosts[0];
        RootCertificate = granted.Value.RootCertificate ?? _daemon.Home.RootCertificate;
        return null;
    }

    /// <summary>Runs the service, and holds the name until its life is over. Null once the name is proved; else why it cannot be.</summary>
    public async Task<Problem?> StartAsync(string[] words, CancellationToken life)
    {
        _held = _keeper.HoldAsync(_request, life);
        _supervised = SuperviseAsync(words, _running.Token);
        await Task.WhenAny(_listener.Proved, _failed.Task).WaitAsync(life);
        return _listener.Proved.IsCompleted ? null : await _failed.Task;
    }

    /// <summary>To be called after the end of the life given to <see cref="StartAsync"/>. The name ends first: then no request is on its way to a service that ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _held;
        await _running.CancelAsync();
        await _supervised;
        await _keeper.DisposeAsync();
        _running.Dispose();
    }

    private async Task SuperviseAsync(string[] words, CancellationToken running)
    {
        try
        {
            var port = 0;
            for (var failures = 0; ;)
            {
                if (port == 0)
                {
                    var grant = await new PortSupply(_daemon.Home).GetAsync(null, running);
                    if (!grant.Succeeded)
                    {
                        _failed.TrySetResult(grant.Problem);
                        return;
                    }

                    port = grant.Value;
                }

                var started = await SampleProcess.StartAsync([.. words, "--port", port.ToString(CultureInfo.InvariantCulture)], running);
                if (!started.Succeeded)
                {
                    // Somebody may have taken the port while nobody listened on it.
                    port = 0;
                    if (++failures == MostFailures)
                    {
                        _stage.Warn(Name, started.Problem);
                        _failed.TrySetResult(started.Problem);
                        return;
                    }

                    continue;
                }

                failures = 0;
                await RunAsync(started.Value, port, running);
                await Task.Delay(Pause, _time, running);
            }
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            // The demo is over.
        }
    }

    private async Task RunAsync(SampleProcess process, int port, CancellationToken running)
    {
        await using (process)
        {
            var backend = new Backend(BackendScheme.Http, "127.0.0.1", port);
            if (Backend != backend.ToString())
            {
                Backend = backend.ToString();
                await _keeper.TellAsync(backend, running);
            }

            var code = await process.WaitAsync(running);
            _stage.Tell(Name, "crashed", $"process {process.Id} ended with exit code {code}; it is started again in {Pause.TotalSeconds:0.#} s");
        }
    }
}
