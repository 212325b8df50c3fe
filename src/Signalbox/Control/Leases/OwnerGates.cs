using Signalbox.Model;

namespace Signalbox.Control.Leases;

/// <summary>
/// Lets one at a time change what stands for an owner: a holder who reconnects, its old connection that ends, and the end of the grace meet at the same
/// instant, and each of them looks first and writes then. Owners share a fixed number of gates, so nothing grows with them.
/// </summary>
internal sealed class OwnerGates
{
    /// <summary>50 commands that start together seldom share a gate; two that do wait a millisecond for each other.</summary>
    private const int Count = 256;

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Disposing the result opens the gate again.</summary>
    public async Task<IDisposable> EnterAsync(Owner owner)
    {
        var gate = _gates[(uint)owner.GetHashCode() % Count];
        await gate.WaitAsync();
        return new Passage(gate);
    }

    private sealed class Passage(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
