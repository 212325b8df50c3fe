using System.Text;

namespace Signalbox.Tests.Proxy.Connections;

public sealed class RequestScannerTests
{
    /// <summary>A cut-off head is not the scanner's business: it only sees that more is to come.</summary>
    public static TheoryData<string> Cases => GuardCases.Names(GuardCases.All.Where(one => one.Name != "cut off in the head"));

    [Theory, MemberData(nameof(Cases))]
    public void Scan_CutAtEveryOctet_DecidesAsForTheWhole(string name)
    {
        var one = GuardCases.Named(name);
        var octets = Encoding.Latin1.GetBytes(one.Raw);
        var whole = Scanned.Of(octets);
        whole.Status.ShouldBe(one.Status);
        whole.Ends.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(one.Seen.Length);
        if (one.Status == 0) whole.Shown.ShouldBe(one.Raw);

        // The long ones test limits; there a prime stride reaches every kind of place.
        var stride = octets.Length > 4000 ? 61 : 1;
        for (var cut = 1; cut < octets.Length; cut += stride) Scanned.Of(octets, cut).ShouldBe(whole);
        Scanned.Of(octets, [.. Enumerable.Range(1, octets.Length - 1)]).ShouldBe(whole);
    }

    [Theory]
    [InlineData(16 * 1024, 0)]
    [InlineData(16 * 1024 + 1, 414)]
    public void Scan_RequestLineAtItsLimit_IsCountedToTheOctet(int length, int status)
    {
        var target = "/" + new string('a', length - "GET / HTTP/1.1\r\n".Length);
        Scanned.Of(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(64 * 1024, 0)]
    [InlineData(64 * 1024 + 1, 431)]
    public void Scan_HeadersAtTheirLimit_AreCountedToTheOctet(int length, int status)
    {
        var value = new string('a', length - "Host: a\r\nX: \r\n\r\n".Length);
        Scanned.Of(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\nX: {value}\r\n\r\n")).Status.ShouldBe(status);
    }

    [Fact]
    public void Scan_LengthOf2ToThe63Minus1_IsTaken() =>
        Scanned.Of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\nx"u8.ToArray()).Status.ShouldBe(0);
}
