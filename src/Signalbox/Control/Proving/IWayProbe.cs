using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>Sends the proof request through the real listener.</summary>
internal interface IWayProbe
{
    /// <summary>Null when the answer showed exactly this route at this revision; else what it showed.</summary>
    /// <param name="route">What ought to be found.</param>
    /// <param name="wholeWay">True: over HTTPS where the name has it, certificate and all. False: over plain HTTP, so that bulk proofs issue no certificate for names nobody visits.</param>
    /// <param name="cancellation">Stops the request.</param>
    Task<Problem?> AskAsync(Route route, bool wholeWay, CancellationToken cancellation);
}
