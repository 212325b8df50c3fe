using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Client;

/// <summary>
/// Speaks the daemon's <c>/v1</c> API over its unix socket. Every expected failure comes back as a problem: no daemon, no right to the socket,
/// no answer in time, and whatever the daemon itself refuses. Nothing here knows a server type, so a command starts quickly.
/// </summary>
internal sealed class AdminClient(string socketPath) : IDisposable
{
    /// <summary>An ordinary answer takes milliseconds; a new route waits 10 s for its proof; a busy machine gets three times that.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    /// <summary>A check of every plane, and applying it again, may have to read 1,000,000 routes.</summary>
    private static readonly TimeSpan CheckTime = TimeSpan.FromMinutes(5);

    /// <summary>The daemon leaves an order that takes longer than some minutes for later; with two issuers that is twice.</summary>
    private static readonly TimeSpan IssueTime = TimeSpan.FromMinutes(15);

    private readonly HttpClient _http = new(Handler(socketPath))
    {
        // The authority is only a form: the socket leads to one server.
        BaseAddress = new Uri("http://localhost/v1/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public Task<Outcome<StatusReport>> StatusAsync(CancellationToken cancellation) => GetAsync("status", AdminJson.Lenient.StatusReport, cancellation);

    public Task<Outcome<RouteReport[]>> RoutesAsync(CancellationToken cancellation) => GetAsync("routes", AdminJson.Lenient.RouteReportArray, cancellation);

    /// <summary>Makes or replaces a lasting route; returns once it is proved, or after 10 s with the state it is in.</summary>
    public Task<Outcome<RouteReport[]>> PutRouteAsync(ClaimRequest request, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, "routes", Body(request, AdminJson.Lenient.ClaimRequest), AdminJson.Lenient.RouteReportArray, AnswerTime, cancellation);

    public Task<Problem?> RemoveRouteAsync(string host, string path, CancellationToken cancellation) =>
        CommandAsync(HttpMethod.Delete, $"routes?host={Uri.EscapeDataString(host)}&path={Uri.EscapeDataString(path)}", null, cancellation);

    public Task<Outcome<PortGrant>> ReservePortAsync(CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "ports", null, AdminJson.Lenient.PortGrant, AnswerTime, cancellation);

    public Task<Outcome<WhyReport>> WhyAsync(string url, CancellationToken cancellation) =>
        GetAsync("why?url=" + Uri.EscapeDataString(url), AdminJson.Lenient.WhyReport, cancellation);

    /// <summary>The newest entries of the journal, newest first.</summary>
    public Task<Outcome<HistoryEntry[]>> HistoryAsync(int limit, string? owner, CancellationToken cancellation) =>
        GetAsync($"history?limit={limit}" + (owner is null ? "" : "&owner=" + Uri.EscapeDataString(owner)), AdminJson.Lenient.HistoryEntryArray, cancellation);

    public Task<Outcome<CertificateReport[]>> CertificatesAsync(CancellationToken cancellation) => GetAsync("certs", AdminJson.Lenient.CertificateReportArray, cancellation);

    public Task<Outcome<CertificateReport>> CertificateAsync(string name, CancellationToken cancellation) =>
        GetAsync("certs/show?name=" + Uri.EscapeDataString(name), AdminJson.Lenient.CertificateReport, cancellation);

    /// <summary>Has a new certificate made; returns when the try has ended, which a CA may draw out for minutes.</summary>
    public Task<Outcome<CertificateReport>> RenewCertificateAsync(string name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "certs/renew?name=" + Uri.EscapeDataString(name), null, AdminJson.Lenient.CertificateReport, IssueTime, cancellation);

    /// <summary>Has its CA revoke a certificate; returns when the CA has answered.</summary>
    public Task<Outcome<CertificateReport>> RevokeCertificateAsync(string name, string? reason, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"certs/revoke?name={Uri.EscapeDataString(name)}" + (reason is null ? "" : "&reason=" + reason), null, AdminJson.Lenient.CertificateReport, IssueTime, cancellation);

    /// <summary>Has a certificate of one's own kept and used.</summary>
    public Task<Outcome<CertificateReport[]>> ImportCertificateAsync(CertificateImport import, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "certs/import", Body(import, AdminJson.Lenient.CertificateImport), AdminJson.Lenient.CertificateReportArray, AnswerTime, cancellation);

    /// <summary>Takes an imported certificate away again. Null when it is done.</summary>
    public Task<Problem?> RemoveCertificateAsync(string name, CancellationToken cancellation) =>
        CommandAsync(HttpMethod.Delete, "certs?name=" + Uri.EscapeDataString(name), null, cancellation);

    /// <summary>Compares what each plane carries with the edge state; with <paramref name="fix"/> applies the state again where they differ.</summary>
    public Task<Outcome<CheckReport>> CheckAsync(bool fix, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, fix ? "check?fix=true" : "check", null, AdminJson.Lenient.CheckReport, CheckTime, cancellation);

    /// <summary>Asks the daemon to end; it answers before it does.</summary>
    public Task<Problem?> ShutdownAsync(CancellationToken cancellation) => CommandAsync(HttpMethod.Post, "shutdown", null, cancellation);

    /// <summary>Takes a lease. It lives until the stream is disposed or this process ends; the kernel sees to the latter.</summary>
    public async Task<Outcome<LeaseStream>> LeaseAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var answer = await AnswerAsync(HttpMethod.Post, "leases", Body(request, AdminJson.Lenient.ClaimRequest), AnswerTime, cancellation);
        if (!answer.Succeeded) return Outcome<LeaseStream>.Failed(answer.Problems);
        return new LeaseStream(await LineStream.OpenAsync(answer.Value, cancellation));
    }

    /// <summary>Tells where the holder's command listens. Null when it is done.</summary>
    public Task<Problem?> UpdateLeaseAsync(string id, LeaseUpdate update, CancellationToken cancellation) =>
        CommandAsync(HttpMethod.Put, "leases/" + Uri.EscapeDataString(id), Body(update, AdminJson.Lenient.LeaseUpdate), cancellation);

    /// <summary>What happens from now on, one JSON value a line.</summary>
    public async Task<Outcome<LineStream>> EventsAsync(CancellationToken cancellation)
    {
        var answer = await AnswerAsync(HttpMethod.Get, "events", null, AnswerTime, cancellation);
        return answer.Succeeded ? await LineStream.OpenAsync(answer.Value, cancellation) : Outcome<LineStream>.Failed(answer.Problems);
    }

    public void Dispose() => _http.Dispose();

    private Task<Outcome<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, type, AnswerTime, cancellation);

    private async Task<Outcome<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, TimeSpan limit, CancellationToken cancellation)
    {
        var answer = await AnswerAsync(method, path, body, limit, cancellation);
        if (!answer.Succeeded) return Outcome<T>.Failed(answer.Problems);
        using var response = answer.Value;
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(limit);
            await using var content = await response.Content.ReadAsStreamAsync(timeout.Token);
            var value = await JsonSerializer.DeserializeAsync(content, type, timeout.Token);
            return value is null ? AdminErrors.Unreadable(socketPath, path) : value;
        }
        catch (Exception error) when (AdminErrors.IsExpected(error, cancellation))
        {
            return AdminErrors.Translate(error, socketPath, path);
        }
    }

    private async Task<Problem?> CommandAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        var answer = await AnswerAsync(method, path, body, AnswerTime, cancellation);
        if (!answer.Succeeded) return answer.Problem;
        answer.Value.Dispose();
        return null;
    }

    /// <summary>The response with its head read and its body open, or the problems the daemon answered with.</summary>
    private async Task<Outcome<HttpResponseMessage>> AnswerAsync(HttpMethod method, string path, HttpContent? body, TimeSpan limit, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                var text = await response.Content.ReadAsStringAsync(timeout.Token);
                return Outcome<HttpResponseMessage>.Failed(AdminErrors.Refusal(response, text, path));
            }
        }
        catch (Exception error) when (AdminErrors.IsExpected(error, cancellation))
        {
            return AdminErrors.Translate(error, socketPath, path);
        }
    }

    private static ByteArrayContent Body<T>(T value, JsonTypeInfo<T> type)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, type)));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return body;
    }

    private static SocketsHttpHandler Handler(string socketPath) => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
        // A connection to a local socket costs nothing, and one that is never used twice can never be a stale one to a daemon that has gone.
        PooledConnectionLifetime = TimeSpan.Zero,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
