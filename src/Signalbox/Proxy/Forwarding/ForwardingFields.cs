using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// Tells the backend who asked and how: <c>X-Forwarded-For/-Proto/-Host</c> and <c>Forwarded</c> (RFC 7239). What a client sends of these is dropped,
/// unless its address is trusted; then its chain is kept and the peer appended.
/// </summary>
internal sealed class ForwardingFields(IReadOnlyList<IPNetwork> trusted)
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";
    private const string Standard = "Forwarded";

    /// <summary>What makes a host more than a token (RFC 9110 5.6.2), so that it is quoted.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(":[],;=\" ");

    public bool IsTrusted(IPAddress? peer)
    {
        if (trusted.Count == 0 || peer is null) return false;
        var address = Plain(peer);
        foreach (var network in trusted)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }

    /// <summary>
    /// True for every field that says such a thing, also in the spelling with underscores, which some gateways fold into the same variable (RFC 3875 4.1.18).
    /// </summary>
    public static bool IsOne(string name)
    {
        if (name.Length < 3 || (name[0] | 0x20) is not ('x' or 'f' or 'v')) return false;
        return Is(name, Standard) || Is(name, Via.Header) || Is(name, "X-Real-IP") || StartsWith(name, "X-Forwarded-");
    }

    /// <summary>Sets all of them on the request to the backend.</summary>
    public static void Set(IFieldSink to, HttpContext context, bool peerTrusted)
    {
        var request = context.Request;
        var peer = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
        var host = RequestHost.Of(request);
        var element = $"for={Node(peer)};host={Quoted(host)};proto={request.Scheme}";
        var from = request.Headers;
        to.Add(For, peerTrusted ? Appended(from[For], peer) : peer);
        to.Add(Proto, peerTrusted && from[Proto] is { Count: > 0 } proto ? proto.ToString() : request.Scheme);
        to.Add(Host, peerTrusted && from[Host] is { Count: > 0 } named ? named.ToString() : host);
        to.Add(Standard, peerTrusted ? Appended(from[Standard], element) : element);
    }

    private static string Appended(StringValues before, string own) => before.Count == 0 ? own : string.Join(", ", before.Append(own));

    /// <summary>RFC 7239 6: an IPv6 address stands in brackets, and is quoted because of its colons.</summary>
    private static string Node(string address) => address.Contains(':') ? $"\"[{address}]\"" : address;

    private static string Quoted(string host) => host.Length > 0 && !host.AsSpan().ContainsAny(Special) ? host : $"\"{host.Replace("\"", "", StringComparison.Ordinal)}\"";

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool Is(string name, string field) => name.Length == field.Length && StartsWith(name, field);

    private static bool StartsWith(string name, string field)
    {
        if (name.Length < field.Length) return false;
        for (var i = 0; i < field.Length; i++)
        {
            var c = name[i] == '_' ? '-' : char.ToLowerInvariant(name[i]);
            if (c != char.ToLowerInvariant(field[i])) return false;
        }

        return true;
    }
}
