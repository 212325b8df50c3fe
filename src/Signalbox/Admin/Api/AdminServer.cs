using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Signalbox.Control;
using Signalbox.Model;

namespace Signalbox.Admin.Api;

/// <summary>Serves <c>/v1</c> on the home's unix socket, which only the home's owner may open.</summary>
/// <param name="control">What it speaks for.</param>
/// <param name="home">Where the socket lies.</param>
/// <param name="stop">Ends the daemon.</param>
/// <param name="logs">The server's own log.</param>
internal sealed class AdminServer(EdgeControl control, HomeLayout home, Action stop, ILoggerFactory logs) : IAsyncDisposable
{
    /// <summary>sun_path holds 108 bytes with its final zero (unix(7)).</summary>
    private const int LongestSocketPath = 107;

    /// <summary>Bytes of a request's body. A claim with every list full and the longest texts is a quarter of it; past this the answer is 413.</summary>
    private const int LargestBody = 256 * 1024;

    private WebApplication? _app;

    /// <summary>Binds the socket. The home's lock must be held: only then is a socket file that lies there a leftover.</summary>
    public async Task<Problem?> StartAsync(CancellationToken cancellation)
    {
        var path = home.AdminSocket;
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
        {
            return new Problem(ProblemType.HomeUnusable, ProblemSide.System, path, $"The path of the admin socket is longer than the {LongestSocketPath} bytes a unix socket can have.", "Use a home with a shorter path (--home or SIGNALBOX_HOME).");
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddLogging();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestBody;
            options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);

            // A lease is a request without an end, and its holder may send nothing for days.
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        var dispatch = new AdminDispatch(control, stop, logs.CreateLogger<AdminDispatch>());
        app.Run(dispatch.HandleAsync);
        try
        {
            File.Delete(path);
            await app.StartAsync(cancellation);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            await app.DisposeAsync();
            return new Problem(ProblemType.HomeUnusable, ProblemSide.System, path, $"The admin socket cannot be made: {error.Message}", "Check the rights of the home, or use another one.");
        }

        _app = app;
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null) return;

        // Streams (leases, events) were told before and end at once; what is left is cut.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();

        // A home that was removed under the daemon has no socket any more.
        if (File.Exists(home.AdminSocket)) File.Delete(home.AdminSocket);
    }
}
