using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Signalbox.Cli.Demo.Samples;

/// <summary>
/// What the two sample services share: a plain HTTP server on one loopback port that knows nothing of Signalbox. It says when it listens, and ends with
/// its standard input, which the demo holds open: however the demo ends, no service outlives it.
/// </summary>
internal static class SampleServer
{
    /// <summary>Begins the line on standard output that says that requests are taken from now on.</summary>
    public const string Listening = "listening on ";

    /// <summary>What is being answered when the end comes may take this long; a WebSocket has no end of its own and is cut then.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(200);

    /// <param name="cli">Where to say that it listens.</param>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="handle">Answers requests.</param>
    /// <param name="crash">Ends it, too; null for a service that never does.</param>
    public static async Task<int> RunAsync(CliContext cli, int port, RequestDelegate handle, Task? crash = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(handle);
        try
        {
            await app.StartAsync();
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            cli.Error.Line($"Port {port} is taken.");
            return ExitCodes.Failed;
        }

        cli.Out.Line($"{Listening}http://127.0.0.1:{port}");
        var ended = EndAsync();
        await Task.WhenAny(ended, crash ?? ended);
        using var drain = new CancellationTokenSource(Drain);
        await app.StopAsync(drain.Token);
        return ExitCodes.Done;
    }

    /// <summary>The end of standard input, or SIGTERM. Ctrl-C reaches the demo as well, which then lets go of the input.</summary>
    private static async Task EndAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => ended.TrySetResult());
        var input = Task.Run(async () =>
        {
            await using var stream = Console.OpenStandardInput();
            var buffer = new byte[64];
            while (await stream.ReadAsync(buffer) > 0)
            {
                // What is typed means nothing here.
            }
        });
        await Task.WhenAny(ended.Task, input);
    }
}
