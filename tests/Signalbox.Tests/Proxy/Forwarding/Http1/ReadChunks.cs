using System.Text;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>What became of the octets of a chunked body, in words that can be compared.</summary>
internal static class ReadChunks
{
    /// <summary>Octets used, then the body and the trailers; "error" and the message; "more".</summary>
    /// <param name="octets">A body, and perhaps more.</param>
    /// <param name="decoder">Ready for another body.</param>
    /// <param name="cuts">Rising; the decoder is given what is there up to each, and at last all.</param>
    public static string Of(byte[] octets, ChunkedDecoder decoder, params int[] cuts)
    {
        var body = new StringBuilder();
        var at = 0;
        try
        {
            foreach (var cut in cuts.Append(octets.Length))
            {
                while (!decoder.IsComplete)
                {
                    // What is given has an end of its own, so that a read beyond it would be an exception of another kind.
                    at += decoder.TakeFraming(octets.AsSpan(at, cut - at).ToArray());
                    var count = (int)Math.Min(decoder.DataLeft, cut - at);
                    if (count == 0) break;
                    body.Append(Encoding.Latin1.GetString(octets, at, count));
                    decoder.TookData(count);
                    at += count;
                }
            }

            return decoder.IsComplete ? $"{at}: {body} |{string.Concat(decoder.Trailers.Select(field => $" {field.Key}={field.Value}"))}" : "more";
        }
        catch (ProtocolException exception)
        {
            return "error: " + exception.Message;
        }
    }

    public static string Of(string raw, params int[] cuts) => Of(Encoding.Latin1.GetBytes(raw), new ChunkedDecoder(), cuts);
}
