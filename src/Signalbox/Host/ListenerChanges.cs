using System.Net;
using Signalbox.Control;
using Signalbox.Control.Proving;
using Signalbox.Proxy;

namespace Signalbox.Host;

/// <summary>Tells everybody whom it concerns that the router has begun or ceased to listen somewhere. Level-triggered: each change is a look at the whole.</summary>
internal sealed class ListenerChanges
{
    private const string Http = "http", Https = "https";

    private readonly Router _router;
    private readonly ListenerBook _book;
    private readonly Prover _prover;
    private readonly PublicCertificates _certificates;
    private readonly Lock _looking = new();
    private bool _hasLooked;

    /// <summary>Why nothing can be shown to CAs over https; null when it can.</summary>
    private string? _closed;

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

            var closed = _book.Obstacle(Http);
            var asked = _certificates.Challenges.Way.LookAsync(
                closed is not null ? [] : [.. listening.Where(listener => listener.Protocol == Http).Select(listener => new IPEndPoint(IPAddress.Parse(listener.Address), listener.Port))], closed);
            // Http says so itself, once it has answered.
            var reason = _book.Obstacle(Https)?.Text;
            if (reason != _closed) _certificates.Manager.Resume();
            _closed = reason;
            return asked;
        }
    }

    private List<string> Protocols() => [.. _book.All.Select(listener => listener.Protocol).Distinct()];
}
