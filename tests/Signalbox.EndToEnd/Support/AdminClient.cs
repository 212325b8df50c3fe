using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Support;

/// <summary>Speaks to a home's admin socket, as any program would.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly SignalboxJson Json = SignalboxJson.Default;

    private readonly HttpClient _client;

    public AdminClient(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        _client = new HttpClient(handler) { BaseAddress = new Uri("http://signalbox/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public Task<StatusReport> StatusAsync() => GetAsync("v1/status", Json.StatusReport);

    public Task<RouteReport[]> RoutesAsync() => GetAsync("v1/routes", Json.RouteReportArray);

    public Task<HistoryEntry[]> HistoryAsync(int limit = 100) => GetAsync($"v1/history?limit={limit}", Json.HistoryEntryArray);

    public Task<WhyReport> WhyAsync(string url) => GetAsync($"v1/why?url={Uri.EscapeDataString(url)}", Json.WhyReport);

    public Task<CheckReport> CheckAsync() => GetAsync("v1/check", Json.CheckReport);

    public Task<CertificateReport[]> CertificatesAsync() => GetAsync("v1/certs", Json.CertificateReportArray);

    public Task<CertificateReport> CertificateAsync(string name) => GetAsync($"v1/certs/show?name={Uri.EscapeDataString(name)}", Json.CertificateReport);

    /// <summary>Adds a lasting route and fails when it is refused. Whether it is live already, its report tells.</summary>
    public async Task<RouteReport> AddAsync(string host, string target, bool take = false)
    {
        using var response = await PutRouteAsync(new ClaimRequest { Hosts = [host], Backends = [target], Take = take });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(Json.RouteReportArray))!.ShouldHaveSingleItem();
    }

    /// <summary>Adds a lasting route and waits until it is live. The answer itself waits for the proof too, but not without an end.</summary>
    public async Task AddLiveAsync(string host, string target)
    {
        if ((await AddAsync(host, target)).State != RouteStates.Live)
            await Wait.UntilAsync($"{host} is live", async () => (await RoutesAsync()).Any(route => route.Host == host && route.State == RouteStates.Live));
    }

    /// <summary>Waits until these are the routes, each in this state.</summary>
    public async Task UntilAsync(params (string Host, string State)[] wanted)
    {
        var last = "";
        await Wait.UntilAsync(
            "the routes are as they should be",
            async () =>
            {
                var routes = (await RoutesAsync()).Select(route => (route.Host, route.State)).Order().ToArray();
                last = string.Join(' ', routes);
                return routes.SequenceEqual(wanted.Order());
            },
            () => last);
    }

    public Task<HttpResponseMessage> PutRouteAsync(ClaimRequest request) => _client.PutAsync("v1/routes", JsonContent.Create(request, Json.ClaimRequest));

    /// <summary>The problem a refusal carries.</summary>
    public static async Task<ProblemDocument> ProblemAsync(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe(ProblemDocument.MediaType);
        return (await response.Content.ReadFromJsonAsync(Json.ProblemDocument))!;
    }

    /// <summary>Has a public certificate made anew, and returns when that try has ended.</summary>
    public async Task<CertificateReport> RenewAsync(string name)
    {
        using var response = await _client.PostAsync($"v1/certs/renew?name={Uri.EscapeDataString(name)}", null);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(Json.CertificateReport))!;
    }

    public async Task<HttpStatusCode> RemoveAsync(string host, string path = "/")
    {
        using var response = await _client.DeleteAsync($"v1/routes?host={Uri.EscapeDataString(host)}&path={Uri.EscapeDataString(path)}");
        return response.StatusCode;
    }

    /// <summary>Takes a lease: it stands as long as what is returned is open.</summary>
    public async Task<Lease> LeaseAsync(ClaimRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "v1/leases") { Content = JsonContent.Create(request, Json.ClaimRequest) };
        var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return new Lease(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>True when the update was taken.</summary>
    public async Task<bool> UpdateAsync(string lease, params string[] backends)
    {
        using var response = await _client.PutAsync($"v1/leases/{lease}", JsonContent.Create(new LeaseUpdate { Backends = backends }, Json.LeaseUpdate));
        return response.StatusCode == HttpStatusCode.NoContent;
    }

    public void Dispose() => _client.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type)
    {
        using var response = await _client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(type))!;
    }
}
