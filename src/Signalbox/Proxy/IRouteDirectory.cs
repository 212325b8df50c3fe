using Signalbox.Model;

namespace Signalbox.Proxy;

/// <summary>What the error pages want to know beyond the route itself. Answered from memory, on the error path only.</summary>
internal interface IRouteDirectory
{
    /// <summary>Up to <paramref name="count"/> routed host names nearest to one that has none.</summary>
    IReadOnlyList<string> Nearest(string host, int count);

    /// <summary>Since when the route's backend has been away and with what error; null when it is not known to be.</summary>
    (DateTimeOffset Since, string Error)? Down(Route route);
}
