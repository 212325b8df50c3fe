using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

/// <summary>The part of Cloudflare's API that is used, as its documentation shows it.</summary>
internal sealed class ScriptedCloudflare : IAsyncDisposable
{
    public const string Token = "token-of-the-test";

    private readonly WebApplication _app;
    private int _lastId;

    private ScriptedCloudflare(WebApplication app) => _app = app;

    public Uri BaseUrl => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/client/v4/");

    /// <summary>Names of zones; a zone's id is "id-of-" and its name.</summary>
    public List<string> Zones { get; } = [];

    public ConcurrentDictionary<string, (string Zone, string Name, string Content)> Records { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers in place of the API; false to let the API answer.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    public static async Task<ScriptedCloudflare> StartAsync(params string[] zones)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var api = new ScriptedCloudflare(app);
        api.Zones.AddRange(zones);
        app.Run(api.AnswerAsync);
        await app.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static Task FailAsync(HttpContext context, int status, int code, string message) =>
        Reply(context, status, false, null, new JsonObject { ["code"] = code, ["message"] = message });

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
        if (Before is { } before && await before(context)) return;
        if (request.Headers.Authorization != $"Bearer {Token}")
        {
            var error = new JsonObject
            {
                ["code"] = 6003, ["message"] = "Invalid request headers",
                ["error_chain"] = new JsonArray(new JsonObject { ["code"] = 6111, ["message"] = "Invalid format for Authorization header" }),
            };
            await Reply(context, 400, false, null, error);
            return;
        }

        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[2..];
        switch (request.Method, parts)
        {
            case ("GET", ["zones"]):
                await Reply(context, 200, true, new JsonArray([.. Zones.Where(zone => zone == request.Query["name"]).Select(zone => new JsonObject { ["id"] = $"id-of-{zone}", ["name"] = zone, ["status"] = "active" })]));
                break;
            case ("GET", ["zones", var zone, "dns_records"]):
                await Reply(context, 200, true, new JsonArray([.. Records.Where(record => record.Value.Zone == zone && record.Value.Name == request.Query["name"]).Select(record => Shown(record.Key))]));
                break;
            case ("POST", ["zones", var zone, "dns_records"]):
                await CreateAsync(context, zone);
                break;
            case ("DELETE", ["zones", _, "dns_records", var id]) when Records.TryRemove(id, out _):
                await Reply(context, 200, true, new JsonObject { ["id"] = id });
                break;
            default:
                await FailAsync(context, 404, 81044, "Record does not exist.");
                break;
        }
    }

    private async Task CreateAsync(HttpContext context, string zone)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        var (name, content) = ((string)body!["name"]!, (string)body["content"]!);
        ((string)body["type"]!).ShouldBe("TXT");
        ((int)body["ttl"]!).ShouldBe(60);
        if (Records.Values.Contains((zone, name, content)))
        {
            await FailAsync(context, 400, 81058, "An identical record already exists.");
            return;
        }

        var id = $"record-{Interlocked.Increment(ref _lastId)}";
        Records[id] = (zone, name, content);
        await Reply(context, 200, true, Shown(id));
    }

    private JsonObject Shown(string id) => new() { ["id"] = id, ["name"] = Records[id].Name, ["type"] = "TXT", ["content"] = Records[id].Content, ["proxied"] = false };

    private static Task Reply(HttpContext context, int status, bool success, JsonNode? result, params JsonNode[] errors)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["success"] = success, ["errors"] = new JsonArray(errors), ["messages"] = new JsonArray(), ["result"] = result }.ToJsonString());
    }
}
