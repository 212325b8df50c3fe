namespace Signalbox.Proxy.Connections;

/// <summary>
/// Lets a tunnel say that its client may close one direction and be silent in the other for as long as it likes.
/// Reached through <c>HttpContext.Features</c>, which falls back to the connection's features.
/// </summary>
internal interface IHalfCloseFeature
{
    /// <summary>While any of these is not disposed, a half-closed connection is ended only by a reset or a failed write.</summary>
    IDisposable Hold();
}
