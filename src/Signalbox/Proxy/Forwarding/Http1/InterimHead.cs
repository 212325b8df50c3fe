using System.Buffers;
using System.Globalization;
using System.Text;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The head of an interim answer (RFC 9110 15.2) for a client on HTTP/1.1. The server has no way to send one but its own 100; on HTTP/2 and for HTTP/1.0
/// clients, who do not know them, they are left out.
/// </summary>
internal static class InterimHead
{
    public static ReadOnlyMemory<byte> Write(ResponseMessage message)
    {
        var head = new ArrayBufferWriter<byte>(512);
        Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {message.Status} {message.Reason}\r\n"), head);
        var named = message.Connection is { } list ? HopByHop.Named([list]) : null;
        foreach (var (name, value) in message.Fields)
        {
            // RFC 9110 8.6: an interim answer has no length.
            if (HopByHop.IsFixed(name) || named?.Contains(name) == true || HopByHop.IsEndToEnd(name)) continue;
            Encoding.Latin1.GetBytes($"{name}: {value}\r\n", head);
        }

        head.Write("\r\n"u8);
        return head.WrittenMemory;
    }
}
