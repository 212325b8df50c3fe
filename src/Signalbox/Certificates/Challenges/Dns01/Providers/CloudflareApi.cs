using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>One request to the API and what came of it.</summary>
/// <param name="Result">Null unless it succeeded.</param>
/// <param name="Words">Why it did not, in the API's own words where it had some.</param>
/// <param name="Codes">The API's error codes.</param>
internal sealed record CloudflareOutcome<T>(T? Result, string? Words, HttpStatusCode? Status, IReadOnlyList<int> Codes, TimeSpan? RetryAfter)
{
    public bool Succeeded => Words is null;

    /// <summary>The API looked at the request and turned it down. An error of its own (5xx) leaves open what was done.</summary>
    public bool IsRefusal => Status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError;
}

/// <summary>The few requests that are needed. Foreign errors end here.</summary>
internal sealed class CloudflareApi(CloudflareProviderOptions options, HttpClient http, TimeProvider time)
{
    public Task<CloudflareOutcome<CloudflareZone[]>> ZonesAsync(string name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"zones?name={Uri.EscapeDataString(name)}", null, CloudflareJson.Default.CloudflareReplyCloudflareZoneArray, cancellation);

    /// <summary>100 a page is the most for this list; no name has so many TXT values.</summary>
    public Task<CloudflareOutcome<CloudflareRecord[]>> TextsAsync(string zone, string name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"zones/{zone}/dns_records?type=TXT&per_page=100&name={Uri.EscapeDataString(name)}", null, CloudflareJson.Default.CloudflareReplyCloudflareRecordArray, cancellation);

    public Task<CloudflareOutcome<CloudflareRecord>> CreateAsync(string zone, CloudflareNewRecord record, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"zones/{zone}/dns_records", record, CloudflareJson.Default.CloudflareReplyCloudflareRecord, cancellation);

    public Task<CloudflareOutcome<CloudflareGone>> DeleteAsync(string zone, string record, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, $"zones/{zone}/dns_records/{Uri.EscapeDataString(record)}", null, CloudflareJson.Default.CloudflareReplyCloudflareGone, cancellation);

    private async Task<CloudflareOutcome<T>> SendAsync<T>(
        HttpMethod method, string path, CloudflareNewRecord? body, JsonTypeInfo<CloudflareReply<T>> type, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var request = new HttpRequestMessage(method, new Uri($"{options.BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
        if (body is not null) request.Content = JsonContent.Create(body, CloudflareJson.Default.CloudflareNewRecord);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var retryAfter = response.Headers.RetryAfter is { } retry ? retry.Delta ?? retry.Date - time.GetUtcNow() : null;
            if (retryAfter < TimeSpan.Zero) retryAfter = TimeSpan.Zero;
            var reply = await ReadAsync(response, type, either.Token);
            if (reply is { Success: true, Result: { } result } && response.IsSuccessStatusCode) return new CloudflareOutcome<T>(result, null, response.StatusCode, [], retryAfter);
            var errors = reply?.Errors ?? [];
            var words = errors.Length > 0 ? string.Join("; ", errors.Select(error => error.ToString())) : "no reason given";
            return new CloudflareOutcome<T>(default, $"{words} (HTTP {(int)response.StatusCode})", response.StatusCode, [.. errors.Select(error => error.Code)], retryAfter);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unanswered<T>($"no answer within {options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return Unanswered<T>(error.InnerException?.Message ?? error.Message);
        }
    }

    /// <summary>Null for what is not the API's JSON, such as the page of something between.</summary>
    private static async Task<CloudflareReply<T>?> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<CloudflareReply<T>> type, CancellationToken cancellation)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellation);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static CloudflareOutcome<T> Unanswered<T>(string words) => new(default, words, null, [], null);
}
