using System.Collections.Concurrent;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>What is kept of each CA, by its directory; for as long as the program runs.</summary>
internal sealed class CaStates(IssuingStore store, HomeLayout home, TimeProvider time) : IDisposable
{
    /// <summary>One that could not be made, as its ledger could not be read, is made anew for the next who asks: no failure is kept.</summary>
    private readonly ConcurrentDictionary<Uri, Lazy<CaState>> _states = new();

    public CaState Of(Uri directory) => _states.GetOrAdd(directory, key => new Lazy<CaState>(() => new CaState(key, store, home, time), LazyThreadSafetyMode.PublicationOnly)).Value;

    /// <inheritdoc cref="CaState.SweepAsync"/>
    public async ValueTask SweepAsync()
    {
        foreach (var state in _states.Values) await state.Value.SweepAsync();
    }

    public void Dispose()
    {
        foreach (var state in _states.Values) state.Value.Dispose();
    }
}
