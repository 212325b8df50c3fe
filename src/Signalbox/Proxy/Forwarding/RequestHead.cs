using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Signalbox.Model;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Makes the request for the framework's client out of the user's: method, target and fields.</summary>
internal sealed class RequestHead(RequestFields fields)
{
    /// <summary>The backend a request is for, where the connect callback finds it.</summary>
    public static readonly HttpRequestOptionsKey<Backend> BackendKey = new("signalbox.backend");

    /// <summary>The target goes out as it came: no decoding, no removal of anything.</summary>
    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="context">The client's request.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="backend">Where of these.</param>
    /// <param name="content">Its body, or null.</param>
    public HttpRequestMessage Build(RouterContext context, Route route, Backend backend, HttpContent? content)
    {
        var message = new HttpRequestMessage(MethodOf(context.Request.Method), TargetOf(context, backend)) { Content = content };
        (message.Version, message.VersionPolicy) = backend.Scheme switch
        {
            BackendScheme.H2c => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
            BackendScheme.Https => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
            _ => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        };
        message.Options.Set(BackendKey, backend);
        fields.WriteTo(new Sink(message), context, route, backend);
        // RFC 9110 10.1.4: who sends TE names it in Connection. The client leaves it out on HTTP/2.
        if (HopByHop.HasToken(context.Request.Headers.TE, "trailers")) message.Headers.TryAddWithoutValidation(HeaderNames.Connection, HeaderNames.TE);
        if (content is RequestBody && RequestFields.ExpectsContinue(context.Request)) message.Headers.ExpectContinue = true;
        return message;
    }

    private static Uri TargetOf(RouterContext context, Backend backend)
    {
        var target = context.Message.RawTarget;
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

    private sealed class Sink(HttpRequestMessage message) : IFieldSink
    {
        private readonly StringBuilder _value = new();
        private string _name = "";

        public void Begin(string name) => _name = name;

        public void Append(ReadOnlySpan<char> text) => _value.Append(text);

        public void End()
        {
            Add(_name, _value.ToString());
            _value.Clear();
        }

        public void Add(string name, string value)
        {
            if (message.Headers.TryAddWithoutValidation(name, value)) return;
            // Fields that describe content (RFC 9110 8) live with the content, also where there is none to describe.
            message.Content ??= new NoBody();
            message.Content.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
