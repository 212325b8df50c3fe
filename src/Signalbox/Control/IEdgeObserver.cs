using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Control;

/// <summary>Told by the writer, after the planes were given a change and before whoever asked for it is answered. Must return at once.</summary>
internal interface IEdgeObserver
{
    void Applied(ClaimBook before, ClaimBook after, EdgeChange change);
}
