using Microsoft.AspNetCore.Http;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Challenges.Dns01.Providers;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

public sealed class CloudflareProviderTests : IDisposable
{
    private static readonly DnsRecordTicket Ticket = new("cf", "_acme-challenge.www.example.org", "value", DateTimeOffset.UnixEpoch);

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task AddAndRemove_TwoValuesOfOneName_AreTwoRecords()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org", "org");
        var provider = Provider(api);
        var one = await provider.AddAsync(Ticket, CancellationToken.None);
        var two = await provider.AddAsync(Ticket with { Value = "other" }, CancellationToken.None);
        one.Ticket.ShouldBe(Ticket with { Zone = "example.org", RecordId = "record-1" });
        api.Records["record-1"].ShouldBe(("id-of-example.org", Ticket.Name, "\"value\""));
        (await provider.RemoveAsync(one.Ticket!, CancellationToken.None)).Succeeded.ShouldBeTrue();
        api.Records.Keys.ShouldBe([two.Ticket!.RecordId!]);
    }

    [Fact]
    public async Task Add_TheZone_IsTheNearestOne()
    {
        await using var api = await ScriptedCloudflare.StartAsync("org", "example.org", "www.example.org");
        (await Provider(api).AddAsync(Ticket, CancellationToken.None)).Ticket!.Zone.ShouldBe("www.example.org");
    }

    [Fact]
    public async Task Add_WhatIsThereAlready_Succeeds()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        await Provider(api).AddAsync(Ticket, CancellationToken.None);
        (await Provider(api).AddAsync(Ticket, CancellationToken.None)).Succeeded.ShouldBeTrue();
        api.Records.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Remove_WithATicketFromBeforeTheAdding_FindsTheRecordByItsValue()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        await Provider(api).AddAsync(Ticket, CancellationToken.None);
        await Provider(api).AddAsync(Ticket with { Value = "other" }, CancellationToken.None);
        (await Provider(api).RemoveAsync(Ticket, CancellationToken.None)).Succeeded.ShouldBeTrue();
        api.Records.Values.Single().Content.ShouldBe("\"other\"");
    }

    [Fact]
    public async Task Remove_WhatIsGone_Succeeds()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        (await Provider(api).RemoveAsync(Ticket with { Zone = "example.org", RecordId = "record-9" }, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await Provider(api).RemoveAsync(Ticket, CancellationToken.None)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Add_WithAWrongToken_IsToldInCloudflaresWords()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        var change = await Provider(api, token: "wrong").AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldBe("Cloudflare could not find the zone: Invalid request headers (6003): Invalid format for Authorization header (6111) (HTTP 400).");
        change.Problem.Text.ShouldNotContain("wrong");
        change.MayHaveChanged.ShouldBeFalse();
        change.Problem.Retry.ShouldBeFalse();
    }

    [Fact]
    public async Task Add_WithoutAZone_SaysWhatTheTokenNeeds()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.net");
        var change = await Provider(api).AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldBe("Cloudflare has no zone for this name that the token may see.");
        api.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Add_TooManyRequests_GivesTheTimeToWait()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        api.Before = async context =>
        {
            context.Response.Headers.RetryAfter = "117";
            await ScriptedCloudflare.FailAsync(context, 429, 971, "Please wait and consider throttling your request speed");
            return true;
        };
        var change = await Provider(api).AddAsync(Ticket, CancellationToken.None);
        change.RetryAfter.ShouldBe(TimeSpan.FromSeconds(117));
        change.Problem!.Text.ShouldContain("consider throttling");
        change.Problem.Retry.ShouldBeTrue();
        change.MayHaveChanged.ShouldBeFalse();
    }

    [Fact]
    public async Task Add_TooManyRequestsUntilADate_GivesTheTimeToWait()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        api.Before = async context =>
        {
            context.Response.Headers.RetryAfter = "Thu, 01 Jan 2026 12:05:00 GMT";
            await ScriptedCloudflare.FailAsync(context, 429, 971, "slow down");
            return true;
        };
        (await Provider(api, time: time).AddAsync(Ticket, CancellationToken.None)).RetryAfter.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(200)]
    public async Task Add_WhatIsNotTheApis_IsAFailureThatLeavesOpenWhatWasDone(int status)
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        api.Before = async context =>
        {
            if (context.Request.Method != "POST") return false;
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<h1>Bad gateway</h1>");
            return true;
        };
        var change = await Provider(api).AddAsync(Ticket, CancellationToken.None);
        change.Problem!.Text.ShouldBe($"Cloudflare could not add the record: no reason given (HTTP {status}).");
        change.Problem.Retry.ShouldBeTrue();
        change.MayHaveChanged.ShouldBeTrue();
    }

    [Fact]
    public async Task Add_ABrokenConnection_IsAFailureThatLeavesOpenWhatWasDone()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        api.Before = context =>
        {
            if (context.Request.Method == "POST") context.Abort();
            return Task.FromResult(context.Request.Method == "POST");
        };
        var change = await Provider(api).AddAsync(Ticket, CancellationToken.None);
        change.Succeeded.ShouldBeFalse();
        change.MayHaveChanged.ShouldBeTrue();
    }

    [Fact]
    public async Task Add_NoAnswer_EndsAfterTheTimeout()
    {
        await using var api = await ScriptedCloudflare.StartAsync("example.org");
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        api.Before = async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var add = Provider(api, time: time).AddAsync(Ticket, CancellationToken.None);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(30));
        (await add).Problem!.Text.ShouldContain("no answer within 30 s");
    }

    private CloudflareProvider Provider(ScriptedCloudflare api, string token = ScriptedCloudflare.Token, TimeProvider? time = null) =>
        new(new CloudflareProviderOptions("cf", [], token) { BaseUrl = api.BaseUrl }, _http, time ?? TimeProvider.System);
}
