using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Bodies around the sizes where buffers end.</summary>
internal static class Sizes
{
    /// <summary>Around 16 KB, which a buffer of a proxy and a TLS record have, around the 64 KB at which ours pushes back, and past all of them.</summary>
    private static readonly int[] UploadSizes = [1000, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 1_000_000];

    private static readonly int[] DownloadSizes = [1000, 4095, 4096, 4097, 16_384, 65_535, 65_536, 65_537, 1_000_000];

    public static readonly WireCase[] List =
    [
        .. UploadSizes.Select(size => new WireCase($"an upload of {size:N0} octets")
        {
            Client = [Lines($"POST / HTTP/1.1|Host: $host|Content-Length: {size}"), Fill(size)], Backend = [Exchange.Ok], Want = $"POST / {size} octets => 200 “ok”, open",
        }),
        .. UploadSizes.Select(size => new WireCase($"a chunked upload of {size:N0} octets")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked"), FillChunks(size, 10_000)], Backend = [Exchange.Ok], Want = $"POST / {size} octets => 200 “ok”, open",
        }),
        .. DownloadSizes.Select(size => new WireCase($"a download of {size:N0} octets")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")], Backend = [new(Request, Lines($"HTTP/1.1 200 OK|Content-Length: {size}"), Fill(size))], Want = $"GET / => 200 {size} octets, open",
        }),
        .. DownloadSizes.Select(size => new WireCase($"a chunked download of {size:N0} octets")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked"), FillChunks(size, 10_000))],
            Want = $"GET / => 200 {size} octets, open",
        }),
        new WireCase("a large download that ends with its connection")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")], Backend = [new(Request, Lines("HTTP/1.1 200 OK"), Fill(300_000), Close)], Want = "GET / => 200 300000 octets, open",
        }
            .But(Rival.Haproxy, Reasons.UntilClose),
        new WireCase("a large body both ways at once")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 300000"), Fill(300_000)],
            Backend = [new(BodyOf(1), Lines("HTTP/1.1 200 OK|Content-Length: 300000"), Fill(300_000), Request)],
            Want = "POST / 300000 octets => 200 300000 octets, open",
        },
        new WireCase("an echo, piece by piece")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked"), Send("3\r\none\r\n"), Body("one"), Send("3\r\ntwo\r\n"), Body("two"), Send("0\r\n\r\n")],
            Backend = [new(Body("one"), Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked||3\r\none\r\n"), Body("two"), Send("3\r\ntwo\r\n"), Request, Send("0\r\n\r\n"))],
            Want = "POST / “onetwo” => 200 “onetwo”, open",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("ten requests after each other")
        {
            Client = [.. Enumerable.Range(1, 10).SelectMany(i => new[] { Lines($"GET /{i} HTTP/1.1|Host: $host"), Answers(i) })],
            Backend = [.. Enumerable.Repeat(Exchange.Ok, 10)],
            Want = "GET /1; GET /2; GET /3; GET /4; GET /5; GET /6; GET /7; GET /8; GET /9; GET /10 => 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”; 200 “ok”, open",
        },
    ];
}
