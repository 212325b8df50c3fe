using System.Globalization;
using Signalbox.Cli.Output;
using Signalbox.Model;

namespace Signalbox.Cli.Demo;

/// <summary>
/// One run of <c>signalbox demo</c>:
/// <list type="number">
/// <item>Find or start a daemon.</item>
/// <item>Take both names, start both services, wait until each name is proved and has answered a request of ours.</item>
/// <item>Print the URLs; show what happens until Ctrl-C.</item>
/// <item>End the names, then the services, then the daemon if the demo started it.</item>
/// </list>
/// </summary>
/// <param name="cli">Where to print, the clock.</param>
/// <param name="json">Print one JSON value when ready, and nothing else.</param>
/// <param name="crashEvery">Life of the API's process.</param>
internal sealed class DemoRun(CliContext cli, bool json, int crashEvery)
{
    /// <summary>A proof takes milliseconds, a process under load a few seconds to start.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly DemoStage _stage = new(cli.Out, cli.Time);

    public async Task<int> RunAsync(HomeLayout home, CancellationToken cancellation)
    {
        var opened = await DemoDaemon.OpenAsync(cli, home, cancellation);
        if (!opened.Succeeded) return cli.Fail(opened.Problems);
        var daemon = opened.Value;
        try
        {
            using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await using var clock = new DemoService("clock", daemon, _stage, cli.Time);
            await using var api = new DemoService("api", daemon, _stage, cli.Time);
            try
            {
                return await PlayAsync(daemon, clock, api, life.Token);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Done;
            }
            finally
            {
                await life.CancelAsync();
            }
        }
        finally
        {
            await daemon.EndAsync();
        }
    }

    private async Task<int> PlayAsync(DemoDaemon daemon, DemoService clock, DemoService api, CancellationToken life)
    {
        if (await api.TakeAsync(life) is { } taken) return cli.Fail(taken);
        if (await clock.TakeAsync(life) is { } alsoTaken) return cli.Fail(alsoTaken);
        var ready = Task.WhenAll(
            api.StartAsync([DemoVerb.Api, DemoVerb.CrashOption, crashEvery.ToString(CultureInfo.InvariantCulture)], life),
            clock.StartAsync([DemoVerb.Clock, DemoVerb.ApiOption, api.Url], life));
        await Task.WhenAny(ready, Task.Delay(ReadyLimit, cli.Time, life));
        if (!ready.IsCompleted)
        {
            life.ThrowIfCancellationRequested();
            return cli.Fail(new Problem(ProblemType.RouteUnproved, ProblemSide.Daemon, "demo", $"The names were not proved within {ReadyLimit.TotalSeconds:0} s.", $"`signalbox why {clock.Url}` and `signalbox why {api.Url}` tell what is missing."));
        }

        foreach (var problem in await ready)
        {
            if (problem is not null) return cli.Fail(problem);
        }

        using var visitor = new DemoVisitor(daemon, api.RootCertificate, _stage, cli.Time);
        foreach (var service in (DemoService[])[clock, api])
        {
            if (await visitor.AskAsync(service.Url, life) is { } failure)
                return cli.Fail(new Problem(ProblemType.RouteUnproved, ProblemSide.Daemon, service.Url, $"The name is proved, but a request to it fails: {failure}.", $"`signalbox why {service.Url}` tells more."));
        }

        DemoProgramme.Print(cli, json, crashEvery, daemon, [clock, api]);
        if (!json) _stage.Open();
        await visitor.VisitAsync(api.Name, api.Url, life);
        return ExitCodes.Done;
    }
}
