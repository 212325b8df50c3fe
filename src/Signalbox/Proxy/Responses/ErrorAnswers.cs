using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Signalbox.Model.Wire;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Responses;

/// <summary>Answers a request the router cannot carry: a page to whoever accepts HTML, an RFC 9457 document to everybody else, with the same facts.</summary>
internal sealed class ErrorAnswers(IRouteDirectory directory)
{
    /// <summary>By this field a program, and the page's own script, tells our answer from the service's; its value is the problem's type.</summary>
    public const string Header = "Signalbox-Error";

    /// <summary>Seconds for Retry-After: a dev server restarts in 1 to 3, and the next request waits for it anyway.</summary>
    private const string RetryAfter = "2";

    /// <summary>Names told of a host that has no route: as many as one looks through.</summary>
    private const int NearestCount = 5;

    public async Task WriteAsync(RouterContext context, RequestFailure failure)
    {
        var response = context.Response;
        if (response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        response.Clear();
        response.StatusCode = failure.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers[Header] = failure.Problem.Type;
        if (failure.Status == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = RetryAfter;
        if (failure.Status == StatusCodes.Status405MethodNotAllowed) response.Headers.Allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        var facts = Facts.Of(failure, directory);
        var nearest = failure is { Status: StatusCodes.Status404NotFound, Route: null } ? await NearestAsync(context.Request) : [];
        await (AcceptsHtml(context.Request) ? PageAsync(context, failure, facts, nearest) : DocumentAsync(context, failure, facts, nearest));
    }

    /// <summary>On the pool: among many names the search takes a millisecond, in which an event loop would serve fifty requests.</summary>
    private Task<IReadOnlyList<string>> NearestAsync(HttpRequest request)
    {
        var host = RequestHost.Name(RequestHost.Of(request)).ToString().ToLowerInvariant();
        return Task.Run(() => directory.Nearest(host, NearestCount));
    }

    private static Task PageAsync(RouterContext context, RequestFailure failure, IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<string> nearest)
    {
        var port = RequestHost.Port(RequestHost.Of(context.Request));
        var reloads = failure.Problem.Retry && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));
        var links = nearest.Select(name => (name, $"{context.Request.Scheme}://{name}{port}/"));
        context.Response.Headers.ContentSecurityPolicy = ErrorPage.Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return BodyAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(ErrorPage.Render(failure, facts, links, reloads)));
    }

    private static Task DocumentAsync(RouterContext context, RequestFailure failure, IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<string> nearest)
    {
        var text = new StringBuilder(failure.Problem.Text);
        foreach (var (name, value) in facts) text.Append($" {name}: {value}.");
        if (nearest.Count > 0) text.Append($" Nearest names: {string.Join(", ", nearest)}.");
        var document = ProblemDocument.Of(failure.Status, failure.Problem with { Text = text.ToString() }) with { Title = failure.Title };
        return BodyAsync(context, ProblemDocument.MediaType, JsonSerializer.SerializeToUtf8Bytes(document, SignalboxJson.Default.ProblemDocument));
    }

    private static async Task BodyAsync(RouterContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static bool AcceptsHtml(HttpRequest request)
    {
        foreach (var value in request.Headers[HeaderNames.Accept])
        {
            if (value?.Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase) == true) return true;
        }

        return false;
    }
}
