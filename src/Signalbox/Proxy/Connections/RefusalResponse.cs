using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Proxy.Connections;

/// <summary>A <see cref="Refusal"/> as the octets of an HTTP/1.1 response: a short problem document, after which the connection closes.</summary>
internal static class RefusalResponse
{
    public static byte[] Of(Refusal refusal, DateTimeOffset now)
    {
        var problem = new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "request", refusal.Text, "Correct the client, then send the request again on a new connection.");
        var body = JsonSerializer.SerializeToUtf8Bytes(ProblemDocument.Of(refusal.Status, problem), SignalboxJson.Default.ProblemDocument);
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            HTTP/1.1 {refusal.Status} {ReasonPhrases.GetReasonPhrase(refusal.Status)}
            Date: {now:R}
            Content-Type: {ProblemDocument.MediaType}
            Content-Length: {body.Length}
            Cache-Control: no-store
            Connection: close


            """).ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
