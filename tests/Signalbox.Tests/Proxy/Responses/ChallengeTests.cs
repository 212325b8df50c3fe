using System.Net;
using Signalbox.Model;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Responses;

/// <summary>A CA's question over plain HTTP (RFC 8555 8.3).</summary>
public sealed class ChallengeTests
{
    private const string Path = "/.well-known/acme-challenge/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nobody.example")]
    [InlineData("secure.example")]
    [InlineData("plain.example")]
    public async Task OurToken_AnyName_IsAnsweredBeforeRouteAndRedirect(string host)
    {
        await using var backend = await WebBackend.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "the service"));
        await using var router = await TestRouter.StartAsync();
        router.Route("secure.example", backend.Url, tls: TlsMode.Auto);
        router.Route("plain.example", backend.Url);
        router.Observed.Tokens["ours"] = "ours.thumbprint";
        using var response = await router.Client.GetAsync(router.Url(host, Path + "ours"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldBe("ours.thumbprint");
    }

    [Fact]
    public async Task OurToken_AskedByAnIpAddressAsHost_IsAnswered()
    {
        await using var router = await TestRouter.StartAsync();
        router.Observed.Tokens["ours"] = "ours.thumbprint";
        (await router.Client.GetStringAsync($"http://127.0.0.1:{router.HttpPort}{Path}ours", Cancellation)).ShouldBe("ours.thumbprint");
    }

    [Fact]
    public async Task AnotherToken_GoesToTheServiceBehindTheName()
    {
        await using var backend = await WebBackend.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "the service"));
        await using var router = await TestRouter.StartAsync();
        router.Route("plain.example", backend.Url);
        router.Observed.Tokens["ours"] = "ours.thumbprint";
        using var theirs = await router.Client.GetAsync(router.Url("plain.example", Path + "theirs"), Cancellation);
        theirs.Headers.Contains("Signalbox-Error").ShouldBeFalse();
        (await theirs.Content.ReadAsStringAsync(Cancellation)).ShouldNotContain("thumbprint");
        using var nobody = await router.Client.GetAsync(router.Url("nobody.example", Path + "theirs"), Cancellation);
        nobody.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task OurToken_Posted_IsTheServices()
    {
        await using var router = await TestRouter.StartAsync();
        router.Observed.Tokens["ours"] = "ours.thumbprint";
        using var response = await router.Client.PostAsync(router.Url("nobody.example", Path + "ours"), null, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
