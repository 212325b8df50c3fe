using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Signalbox.Certificates.Acme.Keys;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>
/// HTTP to one CA: one request, one whole answer or a failure as a value. Foreign exceptions end here. The time limits run by the machine's own clock, not
/// by the injected one: they are about a network that lives in real time; the injected clock turns Retry-After into an absolute time.
/// </summary>
internal sealed class AcmeHttp : IDisposable
{
    /// <summary>1 MiB. The longest honest answer is a chain or a long list of orders, tens of KiB.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>A GET goes on at most so often; an honest CA moves its directory once.</summary>
    private const int MostRedirects = 5;

    private readonly AcmeServer _server;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public AcmeHttp(AcmeServer server, TimeProvider time)
    {
        _server = server;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = server.ConnectTimeout,
            // Longer than a burst of requests, short enough to follow a CA to another address.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
            SslOptions = ServerTrust.Options(server.Roots),
            UseCookies = false,
            // A variable meant for something else in the environment of a daemon must not lead its signatures elsewhere.
            UseProxy = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        var headers = _client.DefaultRequestHeaders;

        // RFC 8555 6.1: "ACME clients MUST send a User-Agent header field"; it "SHOULD include the name and version of the ACME software in addition to the
        // name and version of the underlying HTTP client software."
        headers.UserAgent.Add(new ProductInfoHeaderValue("signalbox", typeof(AcmeHttp).Assembly.GetName().Version?.ToString(3)));
        headers.UserAgent.Add(new ProductInfoHeaderValue("dotnet", Environment.Version.ToString()));

        // RFC 8555 6.1: "ACME clients SHOULD send an Accept-Language header field"
        headers.TryAddWithoutValidation("Accept-Language", server.Language);
    }

    public AcmeServer Server => _server;

    public Task<AcmeResult<AcmeAnswer>> GetAsync(Uri url, CancellationToken stop) => SendAsync(HttpMethod.Get, url, null, AcmeAnswer.Json, stop);

    /// <summary>An answer with any status; only <see cref="AcmeWire"/> tells good from bad.</summary>
    public async Task<AcmeResult<AcmeAnswer>> SendAsync(HttpMethod method, Uri url, byte[]? body, string? accept, CancellationToken stop)
    {
        var target = url;
        for (var redirects = 0; ; redirects++)
        {
            // RFC 8555 6.1: "Use of HTTPS is REQUIRED." A CA on this very machine, which only tests have, may do without.
            if (target.Scheme != Uri.UriSchemeHttps && !(target.Scheme == Uri.UriSchemeHttp && target.IsLoopback))
                return new AcmeFailure(AcmeFailureKind.NotUnderstood, url, $"{target} is no https URL.");
            var answer = await OnceAsync(method, target, body, accept, stop);
            if (!answer.Succeeded || answer.Value.Status is < 300 or >= 400) return answer;

            // A signature names the URL it is for, so a POST goes nowhere else.
            if (method == HttpMethod.Post || answer.Value.Location is not { } next || redirects == MostRedirects)
                return answer.Value.NotUnderstood($"it redirects to {answer.Value.Location?.ToString() ?? "nowhere"}.");
            target = next;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<AcmeResult<AcmeAnswer>> OnceAsync(HttpMethod method, Uri url, byte[]? body, string? accept, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_server.Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);

                // RFC 8555 6.2: "they must have the Content-Type header field set to "application/jose+json"", without a parameter.
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(Jws.MediaType);
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var bytes = method == HttpMethod.Head ? [] : await ReadAsync(response.Content, limit.Token);
            return bytes is null ? new AcmeFailure(AcmeFailureKind.NotUnderstood, url, $"it is longer than {MostBytes / 1024} KiB.") : Answer(url, response, bytes);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Unreachable(url, $"no whole answer within {_server.Timeout.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or AuthenticationException)
        {
            return Unreachable(url, Reason(e));
        }
        catch (OperationCanceledException) when (!limit.IsCancellationRequested)
        {
            // The handler's own limit for connecting.
            return Unreachable(url, $"no connection within {_server.ConnectTimeout.TotalSeconds:0.#} s.");
        }
    }

    /// <summary>The body, or null when it is too long. Nothing beyond the limit is kept, whatever length was announced.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken stop)
    {
        using var kept = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(stop);
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop);
            if (read == 0) return kept.ToArray();
            if (kept.Length + read > MostBytes) return null;
            kept.Write(buffer, 0, read);
        }
    }

    private AcmeAnswer Answer(Uri url, HttpResponseMessage response, byte[] body)
    {
        var location = One(response.Headers, "Location");
        return new AcmeAnswer(url, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant(), body)
        {
            Nonce = One(response.Headers, "Replay-Nonce"),
            Location = Absolute(location, url),
            RetryAt = RetryAfter.Parse(One(response.Headers, "Retry-After"), _time.GetUtcNow()),
            Links = Link.Parse(response.Headers.TryGetValues("Link", out var links) ? links : [], url),
        };
    }

    /// <summary>An absolute URL keeps the exact text the CA wrote: it is signed later on (RFC 8555 6.4).</summary>
    private static Uri? Absolute(string? text, Uri context) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var exact) && exact.Scheme is "https" or "http" ? exact
        : Uri.TryCreate(context, text, out var relative) ? relative : null;

    // Read without the framework's own parsing, which throws or drops what it does not like.
    private static string? One(HttpResponseHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static AcmeFailure Unreachable(Uri url, string what) => new(AcmeFailureKind.Unreachable, url, what);

    private static string Reason(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the name does not resolve.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } e => $"TLS failed: {Innermost(e)}",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } e => $"no connection: {Innermost(e)}",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection ended in the middle.",
        _ => Innermost(error),
    };

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error.Message;
    }
}
