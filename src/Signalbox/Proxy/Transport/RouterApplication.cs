using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Transport;

/// <summary>What the server runs for each request. No pipeline: one handler, and a context that is kept and used again by each connection.</summary>
internal sealed class RouterApplication(RequestHandler handler) : IHttpApplication<DefaultHttpContext>
{
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> container) return new DefaultHttpContext(contextFeatures);
        if (container.HostContext is not { } context) return container.HostContext = new DefaultHttpContext(contextFeatures);
        context.Initialize(contextFeatures);
        return context;
    }

    public Task ProcessRequestAsync(DefaultHttpContext context) => handler.HandleAsync(context);

    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
}
