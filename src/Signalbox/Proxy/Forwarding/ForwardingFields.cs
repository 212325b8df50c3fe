using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Signalbox.Proxy.Connections;
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

    /// <summary>Characters of an address: 39 of an IPv6 one, 15 more where its end is written as IPv4, and a scope of 10 digits.</summary>
    private const int MaxAddress = 72;

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
    public static void Set(IFieldSink to, RouterContext context, bool peerTrusted)
    {
        var request = context.Request;
        var (host, scheme) = (RequestHost.Of(request), request.Scheme);
        Span<char> text = stackalloc char[MaxAddress];
        var peer = Write(context.Connection.RemoteIpAddress ?? IPAddress.None, text);
        var (chain, standard) = peerTrusted ? (request.Headers[For], request.Headers[Standard]) : default;

        to.Begin(For);
        Append(to, chain);
        to.Append(peer);
        to.End();
        to.Add(Proto, peerTrusted && request.Headers[Proto] is { Count: > 0 } proto ? proto.ToString() : scheme);
        to.Add(Host, peerTrusted && request.Headers[Host] is { Count: > 0 } named ? named.ToString() : host);
        to.Begin(Standard);
        Append(to, standard);
        // RFC 7239 6: an IPv6 address stands in brackets, and is quoted because of its colons.
        var isV6 = peer.Contains(':');
        to.Append(isV6 ? "for=\"[" : "for=");
        to.Append(peer);
        to.Append(isV6 ? "]\";host=" : ";host=");
        AppendQuoted(to, host);
        to.Append(";proto=");
        to.Append(scheme);
        to.End();
    }

    /// <summary>What came before in a list, with what parts it from the next.</summary>
    private static void Append(IFieldSink to, StringValues before)
    {
        foreach (var value in before)
        {
            to.Append(value);
            to.Append(", ");
        }
    }

    private static void AppendQuoted(IFieldSink to, string host)
    {
        var isToken = host.Length > 0 && !host.AsSpan().ContainsAny(Special);
        if (!isToken) to.Append("\"");
        to.Append(isToken || !host.Contains('"') ? host : host.Replace("\"", "", StringComparison.Ordinal));
        if (!isToken) to.Append("\"");
    }

    /// <summary>As text; an IPv4 address that came over IPv6 as what it is.</summary>
    private static ReadOnlySpan<char> Write(IPAddress address, Span<char> into)
    {
        address.TryFormat(into, out var length);
        var text = into[..length];
        // RFC 4291 2.5.5.2: "::ffff:" and the address.
        return address.IsIPv4MappedToIPv6 ? text[(text.LastIndexOf(':') + 1)..] : text;
    }

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
