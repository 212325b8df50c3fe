using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Cli.Demo.Samples;

/// <summary>
/// The sample API: tells how long it runs and when it will crash, and then does: its port and connections go, and its process exits. What it has begun
/// to answer it still answers: no router could save that, and the demo is about the requests that come later.
/// </summary>
/// <param name="life">From start to crash.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiSample(TimeSpan life, TimeProvider time)
{
    /// <summary>EX_SOFTWARE of sysexits(3): an internal error.</summary>
    public const int CrashCode = 70;

    private readonly long _began = time.GetTimestamp();
    private int _answered;

    public static async Task<int> RunAsync(CliContext cli, int port, TimeSpan life)
    {
        var crash = Task.Delay(life, cli.Time);
        var code = await SampleServer.RunAsync(cli, port, new ApiSample(life, cli.Time).AnswerAsync, crash);
        return crash.IsCompleted ? CrashCode : code;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var up = time.GetElapsedTime(_began);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";

        // The clock's page asks from another origin.
        context.Response.Headers.AccessControlAllowOrigin = "*";
        await using var json = new Utf8JsonWriter(context.Response.Body, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("service", "api");
        json.WriteNumber("process", Environment.ProcessId);
        json.WriteNumber("uptimeSeconds", Math.Round(up.TotalSeconds, 1));
        json.WriteNumber("crashInSeconds", Math.Round(Math.Max(0, (life - up).TotalSeconds), 1));
        json.WriteNumber("answered", Interlocked.Increment(ref _answered));
        json.WriteEndObject();
    }
}
