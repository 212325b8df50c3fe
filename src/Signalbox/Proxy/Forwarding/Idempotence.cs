namespace Signalbox.Proxy.Forwarding;

/// <summary>Which requests may be sent once more when nothing came of the first time.</summary>
internal static class Idempotence
{
    /// <summary>RFC 9110 9.2.2: only what is idempotent may be repeated without asking.</summary>
    public static bool Of(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";
}
