using Signalbox.Model.Wire;

namespace Signalbox.Control;

/// <summary>A held lease, as its holder's connection sees it. Disposing it ends the claim, unless the holder has reconnected meanwhile.</summary>
internal interface ILease : IAsyncDisposable
{
    /// <summary>What the holder is told: granted first, then every change, until the lease or the daemon ends.</summary>
    IAsyncEnumerable<LeaseEvent> EventsAsync(CancellationToken cancellation);
}
