using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Signalbox.Model;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Forwarding.Http1;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Forwarding;

/// <summary>The fields a backend gets: the client's, less what belongs to the client's connection, and ours. Framing is left to who sends it.</summary>
internal sealed class RequestFields(RouterOptions options)
{
    private readonly ForwardingFields _forwarding = new(options.TrustedProxies);

    public void WriteTo(IFieldSink sink, RouterContext context, Route route, Backend backend)
    {
        var request = context.Request;
        // RFC 9110 7.2: a user agent should send Host first, and so do we.
        sink.Add(HeaderNames.Host, route.HostHeader ?? (RequestHost.Of(request) is { Length: > 0 } host ? host : backend.Authority));
        Copy(context, sink);
        // RFC 9110 10.1.4: of TE only "trailers" can be told of another connection.
        if (TakesTrailers(request)) sink.Add(HeaderNames.TE, "trailers");
        var peer = context.Connection.RemoteIpAddress;
        var trusted = _forwarding.IsTrusted(peer);
        if (trusted || request.Headers.Via.Count > 0 || sink is not OutgoingBytes outgoing) WriteOwn(sink, context, trusted, route);
        else Repeat(outgoing, new OwnFields.Facts(peer, RequestHost.Of(request), request.Scheme, request.Protocol, route.Id), context, route);
    }

    /// <summary>RFC 9110 10.1.1: passed on end to end. Without a body there is nothing to expect.</summary>
    public static bool ExpectsContinue(HttpRequest request) => HopByHop.FieldHasToken(request.Headers.Expect, "100-continue");

    /// <summary>RFC 9110 10.1.4: a client that says so takes trailers.</summary>
    public static bool TakesTrailers(HttpRequest request) => HopByHop.FieldHasToken(request.Headers.TE, "trailers");

    private void Repeat(OutgoingBytes to, in OwnFields.Facts facts, RouterContext context, Route route)
    {
        if (to.Own.Find(facts) is { IsEmpty: false } fields)
        {
            to.AddLines(fields);
            return;
        }

        var before = to.Count;
        WriteOwn(to, context, trusted: false, route);
        to.Own.Keep(facts, to.Since(before));
    }

    private void WriteOwn(IFieldSink sink, RouterContext context, bool trusted, Route route)
    {
        ForwardingFields.Set(sink, context, trusted);
        sink.Begin(Via.Header);
        Via.Write(sink, context.Request, trusted, options.Pseudonym, route.Id);
        sink.End();
    }

    private static void Copy(RouterContext context, IFieldSink sink)
    {
        // The guard has the field as it was sent; HTTP/2, where there is no guard, has no such field (RFC 9113 8.2.2).
        var named = context.Guard is { Connection: { Count: > 0 } connection } ? HopByHop.Named(connection) : null;
        var headers = context.Request.Headers;
        // Copied rather than enumerated: the enumerator would be an object made for each request.
        var count = headers.Count;
        var fields = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        headers.CopyTo(fields, 0);
        try
        {
            foreach (var (name, values) in fields.AsSpan(0, count)) Copy(name, values, named, sink);
        }
        finally
        {
            fields.AsSpan(0, count).Clear();
            ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(fields);
        }
    }

    private static void Copy(string name, StringValues values, HashSet<string>? named, IFieldSink sink)
    {
        // HTTP/2's pseudo-fields are not fields; the length comes from the body, so that it is true.
        if (name[0] == ':' || HopByHop.IsFixed(name) || named?.Contains(name) == true || ForwardingFields.IsOne(name) || IsOurs(name)) return;
        if (values.Count == 1)
        {
            sink.Add(name, values[0] ?? "");
            return;
        }

        if (name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9113 8.2.3: cookie crumbs are put together with "; " before they go into HTTP/1.1.
            sink.Add(name, string.Join("; ", values.ToArray()));
            return;
        }

        foreach (var value in values) sink.Add(name, value ?? "");
    }

    private static bool IsOurs(string name) => name.Length switch
    {
        4 => name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase),
        6 => name.Equals(HeaderNames.Expect, StringComparison.OrdinalIgnoreCase),
        14 => name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
