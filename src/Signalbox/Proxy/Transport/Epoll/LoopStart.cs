using Microsoft.AspNetCore.Connections;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Connection middleware, outermost: the server starts a connection on a thread of the pool; from here on it runs on its loop.</summary>
internal static class LoopStart
{
    public static ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        // Once: what the server awaits from here on goes on where the client's bytes come in. Those that are here already have had their turn in the line of beginnings.
        if (connection.Features.Get<ILoopFeature>() is { } on) await on.Loop.SwitchAsync();
        await next(connection);
    };
}
