using Signalbox.Model;

namespace Signalbox.Proxy.Forwarding;

/// <summary>No connection to a backend. Thrown only through the connect callback of the framework's client, which knows no other way, and caught again by the forwarder.</summary>
internal sealed class UnreachableException(Backend backend, string reason, bool timedOut, Exception? inner) : IOException($"{backend}: {reason}", inner)
{
    /// <summary>In words for people, without the backend.</summary>
    public string Reason { get; } = reason;

    public bool TimedOut { get; } = timedOut;

    /// <summary>Finds it under whatever the client wrapped around it.</summary>
    public static UnreachableException? In(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is UnreachableException found) return found;
        }

        return null;
    }
}
