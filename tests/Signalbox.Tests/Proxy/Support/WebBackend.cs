using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>A whole web server as a backend, with one handler.</summary>
internal sealed class WebBackend : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebBackend(WebApplication application, string scheme)
    {
        _application = application;
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Url = $"{scheme.TrimEnd('1')}://127.0.0.1:{new Uri(bound).Port}";
    }

    /// <summary>As a target.</summary>
    public string Url { get; }

    public static Task<WebBackend> StartAsync(RequestDelegate handler) => StartAsync("http", handler);

    /// <param name="scheme">http, h2c, https, or https1 for one that does not speak HTTP/2.</param>
    /// <param name="handler">What every request gets.</param>
    public static async Task<WebBackend> StartAsync(string scheme, RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = scheme switch { "h2c" => HttpProtocols.Http2, "https" => HttpProtocols.Http1AndHttp2, "https1" => HttpProtocols.Http1, _ => HttpProtocols.Http1 };
                if (scheme.StartsWith("https", StringComparison.Ordinal)) listen.UseHttps(SelfSignedBook.Make("localhost"));
            });
        });
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(handler);
        await application.StartAsync();
        return new WebBackend(application, scheme);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
