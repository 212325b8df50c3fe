using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Signalbox.Model;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Makes the request for the backend out of the client's: method, target and fields, less what belongs to the client's connection.</summary>
internal sealed class RequestHead(RouterOptions options)
{
    /// <summary>The backend a request is for, where the connect callback finds it.</summary>
    public static readonly HttpRequestOptionsKey<Backend> BackendKey = new("signalbox.backend");

    /// <summary>The target goes out as it came: no decoding, no removal of anything.</summary>
    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly ForwardingFields _forwarding = new(options.TrustedProxies);

    /// <param name="context">The client's request.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="backend">Where of these.</param>
    /// <param name="content">Its body, or null.</param>
    public HttpRequestMessage Build(HttpContext context, Route route, Backend backend, HttpContent? content)
    {
        var request = context.Request;
        var message = new HttpRequestMessage(MethodOf(request.Method), TargetOf(context, backend)) { Content = content };
        (message.Version, message.VersionPolicy) = backend.Scheme switch
        {
            BackendScheme.H2c => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
            BackendScheme.Https => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
            _ => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        };
        message.Options.Set(BackendKey, backend);
        // RFC 9110 7.2: a user agent should send Host first, and so do we.
        message.Headers.TryAddWithoutValidation(HeaderNames.Host, route.HostHeader ?? request.Host.Value ?? backend.Authority);
        CopyFields(request, message);
        var trusted = _forwarding.IsTrusted(context.Connection.RemoteIpAddress);
        ForwardingFields.Set(message.Headers, context, trusted);
        message.Headers.TryAddWithoutValidation(Via.Header, Via.Append(request.Headers.Via, trusted, Via.Entry(request.Protocol, options.Pseudonym, route.Id), options.Pseudonym));
        return message;
    }

    private static void CopyFields(HttpRequest request, HttpRequestMessage message)
    {
        var named = HopByHop.Named(request.Headers.Connection);
        foreach (var (name, values) in request.Headers)
        {
            // HTTP/2's pseudo-fields are not fields; Content-Length comes from the body, so that it is true; the rest is set by us.
            if (name[0] == ':' || HopByHop.IsFixed(name) || named?.Contains(name) == true || ForwardingFields.IsOne(name)) continue;
            if (name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase) || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)) continue;
            if (name.Equals(HeaderNames.Expect, StringComparison.OrdinalIgnoreCase))
            {
                // RFC 9110 10.1.1: passed on end to end. Without a body there is nothing to expect.
                if (message.Content is RequestBody && HopByHop.HasToken(values, "100-continue")) message.Headers.ExpectContinue = true;
                continue;
            }

            Add(message, name, values);
        }

        // RFC 9110 10.1.4: of TE only "trailers" can be told of another connection; on HTTP/1.1 it must be named in Connection.
        if (HopByHop.HasToken(request.Headers.TE, "trailers"))
        {
            message.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
            if (message.Version.Major == 1) message.Headers.TryAddWithoutValidation(HeaderNames.Connection, HeaderNames.TE);
        }
    }

    private static void Add(HttpRequestMessage message, string name, StringValues values)
    {
        if (values.Count > 1 && name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9113 8.2.3: cookie crumbs are put together with "; " before they go into HTTP/1.1.
            values = string.Join("; ", values.ToArray());
        }

        if (values.Count == 1 ? message.Headers.TryAddWithoutValidation(name, values[0]) : message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) return;
        // Fields that describe content (RFC 9110 8) live with the content, also where there is none to describe.
        message.Content ??= new NoBody();
        message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
    }

    private static Uri TargetOf(HttpContext context, Backend backend)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return new Uri($"{(backend.Scheme == BackendScheme.Https ? "https" : "http")}://{backend.Authority}{target}", AsIs);
    }

    /// <summary>Shared instances for the usual methods.</summary>
    private static HttpMethod MethodOf(string method) => method switch
    {
        "GET" => HttpMethod.Get,
        "POST" => HttpMethod.Post,
        "PUT" => HttpMethod.Put,
        "DELETE" => HttpMethod.Delete,
        "HEAD" => HttpMethod.Head,
        "OPTIONS" => HttpMethod.Options,
        "PATCH" => HttpMethod.Patch,
        "TRACE" => HttpMethod.Trace,
        _ => new HttpMethod(method),
    };
}
