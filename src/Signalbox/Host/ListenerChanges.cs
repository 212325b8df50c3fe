using System.Net;
using Signalbox.Control;
using Signalbox.Control.Proving;
using Signalbox.Model.Wire;
using Signalbox.Proxy;

namespace Signalbox.Host;

/// <summary>Tells everybody whom it concerns that the router has begun or ceased to listen somewhere. Level-triggered: each change is a look at the whole.</summary>
internal sealed class ListenerChanges
{
    private readonly Router _router;
    private readonly ListenerBook _book;
    private readonly Prover _prover;
    private readonly PublicCertificates _certificates;
    private readonly Lock _looking = new();
    private bool _hasLooked;

    public ListenerChanges(Router router, ListenerBook book, Prover prover, PublicCertificates certificates)
    {
        (_router, _book, _prover, _certificates) = (router, book, prover, certificates);
        router.ListenersChanged = () => _ = LookAsync();
    }

    /// <returns>Complete when the responder behind the listeners has been asked once.</returns>
    public Task LookAsync()
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
            // What is shown over https may be shown again; http is asked first.
            _certificates.Manager.Resume();
            return _certificates.Challenges.Way.LookAsync([.. _book.All.Where(IsHttp).Select(listener => new IPEndPoint(IPAddress.Parse(listener.Address), listener.Port))], _book.Waiting.FirstOrDefault(IsHttp)?.Problem);
        }
    }

    private static bool IsHttp(ListenerReport listener) => listener.Protocol == "http";

    private List<string> Protocols() => [.. _book.All.Select(listener => listener.Protocol).Distinct()];
}
