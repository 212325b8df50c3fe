using Signalbox.Control;
using Signalbox.Control.Proving;
using Signalbox.Proxy;

namespace Signalbox.Host;

/// <summary>Tells everybody whom it concerns that the router has begun or ceased to listen somewhere. Level-triggered: each change is a look at the whole.</summary>
internal sealed class ListenerChanges
{
    private readonly Router _router;
    private readonly ListenerBook _book;
    private readonly Prover _prover;
    private readonly Lock _looking = new();
    private bool _hasLooked;

    public ListenerChanges(Router router, ListenerBook book, Prover prover)
    {
        (_router, _book, _prover) = (router, book, prover);
        router.ListenersChanged = Look;
    }

    public void Look()
    {
        // Two listeners may change at once: each looks after its own change, so the later look has seen both.
        lock (_looking)
        {
            var before = Protocols();
            // In this order there is no moment in which a protocol is neither listened on nor waited for.
            var listening = _router.Listeners;
            (_book.All, _book.Waiting) = ([.. _book.All.Union(listening)], _router.Waiting);
            _book.All = listening;
            // The first time every route is in line already.
            if (_hasLooked) _prover.ListenersChanged(anew: Protocols().Except(before).Any());
            _hasLooked = true;
        }
    }

    private List<string> Protocols() => [.. _book.All.Select(listener => listener.Protocol).Distinct()];
}
