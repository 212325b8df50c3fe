using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// A request as the server hands it over, with those features at hand that each request is asked for: the server's own collection searches for them anew
/// each time. They are the connection's, or the object the server keeps for the connection's requests one after the other. It keeps a context with that
/// object, so they are looked up once for both.
/// </summary>
internal sealed class RouterContext : HttpContext
{
    private readonly DefaultHttpContext _inner;

    public RouterContext(IFeatureCollection features)
    {
        _inner = new DefaultHttpContext(features);
        Guard = features.Get<IGuardFeature>();
        Loop = features.Get<ILoopFeature>()?.Loop;
        Message = features.GetRequiredFeature<IHttpRequestFeature>();
        Body = features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>();
    }

    /// <summary>Null on HTTP/2.</summary>
    public IGuardFeature? Guard { get; }

    /// <summary>Where its connection lives; null on the framework's sockets.</summary>
    public EventLoop? Loop { get; }

    /// <summary>The request as it was read.</summary>
    public IHttpRequestFeature Message { get; }

    /// <summary>Tells whether it may have a body.</summary>
    public IHttpRequestBodyDetectionFeature Body { get; }

    public override IFeatureCollection Features => _inner.Features;

    public override HttpRequest Request => _inner.Request;

    public override HttpResponse Response => _inner.Response;

    public override ConnectionInfo Connection => _inner.Connection;

    public override WebSocketManager WebSockets => _inner.WebSockets;

    public override ClaimsPrincipal User { get => _inner.User; set => _inner.User = value; }

    public override IDictionary<object, object?> Items { get => _inner.Items; set => _inner.Items = value; }

    public override IServiceProvider RequestServices { get => _inner.RequestServices; set => _inner.RequestServices = value; }

    public override CancellationToken RequestAborted { get => _inner.RequestAborted; set => _inner.RequestAborted = value; }

    public override string TraceIdentifier { get => _inner.TraceIdentifier; set => _inner.TraceIdentifier = value; }

    public override ISession Session { get => _inner.Session; set => _inner.Session = value; }

    /// <summary>The same object's next request.</summary>
    public void Begin(IFeatureCollection features) => _inner.Initialize(features);

    public void End() => _inner.Uninitialize();

    public override void Abort() => _inner.Abort();
}
