using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

/// <summary>A real HTTP server on a home's admin socket that answers as a test tells it.</summary>
internal sealed class FakeAdmin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeAdmin(WebApplication app) => _app = app;

    public static async Task<FakeAdmin> StartAsync(HomeLayout home, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(home.AdminSocket));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new FakeAdmin(app);
    }

    /// <summary>A server with one answer to everything.</summary>
    public static Task<FakeAdmin> StartAsync(HomeLayout home, int status, string body, string type = "application/json") => StartAsync(home, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
