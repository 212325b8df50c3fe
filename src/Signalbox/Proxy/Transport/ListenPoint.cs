using System.Net;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Proxy.Transport;

/// <summary>One address and port that is to be listened on.</summary>
/// <param name="EndPoint">Where; the port is known.</param>
/// <param name="IsSecure">True for https.</param>
/// <param name="IsDual">True for a socket on every address of IPv6 that is to take IPv4 as well.</param>
internal sealed record ListenPoint(IPEndPoint EndPoint, bool IsSecure, bool IsDual)
{
    /// <summary>True where nobody need know that the machine lacks the address: IPv6 may be switched off, and the same names are served over IPv4.</summary>
    public bool MayBeMissing { get; init; }

    public ListenerReport Report(Problem? problem) => new(EndPoint.Address.ToString(), EndPoint.Port, IsSecure ? "https" : "http") { Problem = problem };

    public override string ToString() => $"{(IsSecure ? "https" : "http")} {EndPoint}";
}
