using System.Globalization;
using System.Text;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>What became of the octets of a head, in words that can be compared.</summary>
internal static class ReadHead
{
    /// <summary>Octets used, then the reading; "error" and the message; "more".</summary>
    /// <param name="octets">A head, and perhaps more.</param>
    /// <param name="into">What it is read into.</param>
    /// <param name="cuts">Rising; the parser is given so many octets first, then so many, and at last all.</param>
    public static string Of(byte[] octets, ResponseMessage into, params int[] cuts)
    {
        try
        {
            foreach (var cut in cuts.Append(octets.Length))
            {
                // What is given has an end of its own, so that a read beyond it would be an exception of another kind.
                var used = ResponseParser.Parse(octets.AsSpan(0, cut).ToArray(), into);
                if (used > 0) return $"{used}: {Reading(into)}";
            }

            return "more";
        }
        catch (ProtocolException exception)
        {
            return "error: " + exception.Message;
        }
    }

    public static string Of(string raw, params int[] cuts) => Of(Encoding.Latin1.GetBytes(raw), new ResponseMessage(), cuts);

    private static string Reading(ResponseMessage message)
    {
        var fields = string.Concat(message.Fields.ToArray().Select(field => $" {field.Key}={field.Value}"));
        var length = message.Length is { } number ? " " + number.ToString(CultureInfo.InvariantCulture) : "";
        return $"{message.Minor} {message.Status} {message.Reason} | {message.FramingFor("GET")}{length} | {(message.KeepsConnection ? "keep" : "end")} |{fields}";
    }
}
