using Microsoft.Extensions.Primitives;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Header fields that belong to one connection and are never passed on (RFC 9110 7.6.1).</summary>
internal static class HopByHop
{
    /// <summary>
    /// RFC 9110 7.6.1: Connection itself, Proxy-Connection, Keep-Alive, TE, Transfer-Encoding and Upgrade are removed whether or not Connection names them.
    /// HTTP2-Settings belongs to an upgrade that RFC 9113 has taken back.
    /// </summary>
    public static bool IsFixed(string name) => name.Length switch
    {
        2 => name.Equals("TE", StringComparison.OrdinalIgnoreCase),
        7 => name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase),
        10 => name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase),
        14 => name.Equals("HTTP2-Settings", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("Proxy-Connection", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>The further fields a Connection field names; null in the ordinary case that there are none.</summary>
    /// <param name="connection">Its values, each a list.</param>
    public static HashSet<string>? Named(IEnumerable<string?> connection)
    {
        HashSet<string>? named = null;
        foreach (var value in connection)
        {
            if (value is null) continue;
            foreach (var range in value.AsSpan().Split(','))
            {
                var token = value.AsSpan()[range].Trim();
                if (token.IsEmpty || token.Equals("close", StringComparison.OrdinalIgnoreCase) || token.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)) continue;
                var name = token.ToString();
                // Framing and routing are not a connection option; naming them there is an attempt to have them dropped on the way.
                if (IsFixed(name) || IsEndToEnd(name)) continue;
                (named ??= new(StringComparer.OrdinalIgnoreCase)).Add(name);
            }
        }

        return named;
    }

    /// <summary>True when a comma-separated list of tokens has this one.</summary>
    public static bool HasToken(IEnumerable<string?> values, string token)
    {
        foreach (var value in values)
        {
            if (HasToken(value, token)) return true;
        }

        return false;
    }

    /// <summary>The same for a field of the server's, without an enumerator made for it.</summary>
    public static bool FieldHasToken(StringValues values, string token)
    {
        foreach (var value in values)
        {
            if (HasToken(value, token)) return true;
        }

        return false;
    }

    private static bool HasToken(string? list, string token)
    {
        foreach (var range in list.AsSpan().Split(','))
        {
            if (list.AsSpan()[range].Trim().Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>True for what says where a message goes and where it ends, at each step anew.</summary>
    public static bool IsEndToEnd(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);
}
