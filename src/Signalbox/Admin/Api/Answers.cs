using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Reads and writes JSON bodies; problems as RFC 9457 documents.</summary>
internal static class Answers
{
    public static async Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    public static async Task ProblemAsync(HttpContext context, int status, params Problem[] problems)
    {
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = status;
        context.Response.ContentType = ProblemDocument.MediaType;
        await JsonSerializer.SerializeAsync(context.Response.Body, ProblemDocument.Of(status, problems), SignalboxJson.Default.ProblemDocument, context.RequestAborted);
    }

    public static Task ProblemsAsync(HttpContext context, Items<Problem> problems) => ProblemAsync(context, ProblemDocument.StatusOf(problems[0]), [.. problems]);

    /// <summary>The request's body, or null after a 400 was answered.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } value) return value;
            await ProblemAsync(context, StatusCodes.Status400BadRequest, new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "body", "The body is null."));
        }
        catch (JsonException error)
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, new Problem(
                ProblemType.InvalidRequest, ProblemSide.Request, error.Path is null or "$" ? "body" : error.Path, $"The body is not the JSON that is wanted here: {error.Message}"));
        }

        return null;
    }

    /// <summary>One line of a stream of JSON values, sent at once.</summary>
    public static async Task LineAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        var writer = context.Response.BodyWriter;
        await using (var json = new Utf8JsonWriter(writer)) JsonSerializer.Serialize(json, value, type);
        writer.GetSpan(1)[0] = (byte)'\n';
        writer.Advance(1);
        await writer.FlushAsync(context.RequestAborted);
    }
}
