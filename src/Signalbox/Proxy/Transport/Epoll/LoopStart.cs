using Microsoft.AspNetCore.Connections;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Connection middleware, outermost: the server starts a connection on a thread of the pool; from here on it runs on its loop.</summary>
internal static class LoopStart
{
    public static ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        if (connection.Features.Get<ILoopFeature>() is { } on)
        {
            await on.Loop.SwitchAsync();
            // The client's first bytes may be here already, and what is done with them follows at once.
            await on.Loop.BeginAsync();
        }

        await next(connection);
    };
}
