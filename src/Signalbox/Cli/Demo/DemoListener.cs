using Signalbox.Cli.Dev;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Demo;

/// <summary>Shows what becomes of one service's name.</summary>
internal sealed class DemoListener(string service, DemoStage stage) : ILeaseListener
{
    private readonly TaskCompletionSource _proved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete once the name was proved for the first time.</summary>
    public Task Proved => _proved.Task;

    public void Told(LeaseEvent happened)
    {
        switch (happened.Event)
        {
            case LeaseEvents.Proved:
                stage.Tell(service, happened.Event, $"{string.Join(' ', happened.Urls ?? [])} leads to the service");
                _proved.TrySetResult();
                return;
            case LeaseEvents.Restored:
                stage.Tell(service, happened.Event, "the name is this service's again");
                return;
            case LeaseEvents.Granted or LeaseEvents.Shutdown:
                return;
            default:
                stage.Tell(service, happened.Event, happened.Problem?.Text ?? "");
                return;
        }
    }

    public void Lost(bool onPurpose) => stage.Tell(service, "no daemon", onPurpose
        ? "the daemon has been stopped; the name comes back with it (`signalbox up --detach`)"
        : "the daemon is gone; it is brought back");

    public void NotBack(Problem problem) => stage.Warn(service, problem);

    public void Refused(Problem problem) => stage.Warn(service, problem);
}
