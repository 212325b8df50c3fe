using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Transport;

/// <summary>What the server runs for each request. No pipeline: one handler, and a context that is kept and used again by each connection.</summary>
internal sealed class RouterApplication(RequestHandler handler) : IHttpApplication<RouterContext>
{
    public RouterContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<RouterContext> container) return new RouterContext(contextFeatures);
        if (container.HostContext is not { } context) return container.HostContext = new RouterContext(contextFeatures);
        context.Begin(contextFeatures);
        return context;
    }

    public Task ProcessRequestAsync(RouterContext context) => handler.HandleAsync(context);

    public void DisposeContext(RouterContext context, Exception? exception) => context.End();
}
