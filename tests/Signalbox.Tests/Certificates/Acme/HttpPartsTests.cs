using System.Globalization;
using System.Text;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Acme;

/// <summary>Headers and documents of a CA's answers.</summary>
public sealed class HttpPartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 6, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("120", "2026-11-06T08:02:00Z")]
    [InlineData("0", "2026-11-06T08:00:00Z")]
    [InlineData("Fri, 06 Nov 2026 08:49:37 GMT", "2026-11-06T08:49:37Z")]
    [InlineData("Friday, 06-Nov-26 08:49:37 GMT", "2026-11-06T08:49:37Z")]
    [InlineData("Fri Nov  6 08:49:37 2026", "2026-11-06T08:49:37Z")]
    [InlineData("Fri, 06 Nov 2020 08:49:37 GMT", "2026-11-06T08:00:00Z")]
    [InlineData("99999999999999999999999", "2027-11-07T08:00:00Z")]
    public void RetryAfter_OfEachForm_IsAnAbsoluteTime(string value, string expected) =>
        RetryAfter.Parse(value, Now).ShouldBe(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("1.5")]
    public void RetryAfter_OfNoForm_IsNothing(string? value) => RetryAfter.Parse(value, Now).ShouldBeNull();

    [Theory]
    [InlineData("<https://ca.example/1>;rel=\"alternate\"", "alternate https://ca.example/1")]
    [InlineData("<https://ca.example/1>; rel=alternate, <https://ca.example/2>; title=\"a, b; c\"; REL=\"up Index\"", "alternate https://ca.example/1|up https://ca.example/2|index https://ca.example/2")]
    [InlineData("</terms>;rel=\"terms-of-service\"", "terms-of-service https://ca.example/terms")]
    [InlineData("<https://ca.example/x%2Fy>;rel=\"alternate\";rel=\"index\"", "alternate https://ca.example/x%2Fy")]
    [InlineData("nonsense", "")]
    [InlineData("<https://ca.example/1", "")]
    [InlineData("<https://ca.example/1>", "")]
    public void Link_OfEachForm_IsRead(string value, string expected) =>
        string.Join('|', Link.Parse([value], new Uri("https://ca.example/dir")).Select(link => $"{link.Relation} {link.Target.OriginalString}")).ShouldBe(expected);

    [Fact]
    public void NoncePool_FilledBeyondItsBound_KeepsTheNewestAndHandsThemOutFirst()
    {
        var pool = new NoncePool();
        for (var number = 0; number < 100; number++) pool.Add($"n{number}");
        pool.Count.ShouldBe(64);
        pool.Take().ShouldBe("n99");
        var taken = new List<string>();
        while (pool.Take() is { } nonce) taken.Add(nonce);
        taken.Count.ShouldBe(63);
        taken[^1].ShouldBe("n36");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("abc=")]
    [InlineData("a,b")]
    public void NoncePool_OfAnInvalidNonce_IgnoresIt(string? nonce)
    {
        var pool = new NoncePool();
        pool.Add(nonce);
        pool.Take().ShouldBeNull();
    }

    [Fact]
    public void NoncePool_UsedByManyThreads_HandsOutEachOnce()
    {
        var pool = new NoncePool();
        for (var number = 0; number < 64; number++) pool.Add($"n{number}");
        var taken = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 200, _ =>
        {
            if (pool.Take() is { } nonce) taken.Add(nonce);
        });
        taken.Distinct().Count().ShouldBe(64);
        taken.Count.ShouldBe(64);
    }

    [Fact]
    public void Problem_WithSubproblems_IsKeptWholeAndToldInTheWordsOfTheCa()
    {
        // RFC 8555 6.7.1, with a member nobody knows.
        const string text = """
            {"type":"urn:ietf:params:acme:error:malformed","detail":"Some of the identifiers requested were rejected","x-ticket":42,"status":"odd","subproblems":[
            {"type":"urn:ietf:params:acme:error:malformed","detail":"Invalid underscore in DNS name \"_example.com\"","identifier":{"type":"dns","value":"_example.com"}},
            {"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"This CA will not issue for \"example.net\"","identifier":{"type":"dns","value":"example.net"}}]}
            """;
        var problem = AcmeProblem.Read(Encoding.UTF8.GetBytes(text))!;
        problem.Type.ShouldBe(AcmeProblemType.Malformed);
        problem.Json.ShouldBe(text.Trim());
        problem.Status.ShouldBeNull();
        problem.Subproblems.Select(sub => sub.Identifier!.Value).ShouldBe(["_example.com", "example.net"]);
        problem.ToString().ShouldBe("Some of the identifiers requested were rejected; _example.com: Invalid underscore in DNS name \"_example.com\"; example.net: This CA will not issue for \"example.net\"");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("")]
    public void Problem_OfNoDocument_IsNothing(string text) => AcmeProblem.Read(Encoding.UTF8.GetBytes(text)).ShouldBeNull();

    [Fact]
    public void Problem_WithoutAType_IsBlank() => AcmeProblem.Read("{}"u8.ToArray())!.ShouldBe(new AcmeProblem("about:blank", null, "{}"));

    [Fact]
    public void Failure_AsAProblem_TellsTheCaAndItsWords()
    {
        var failure = new AcmeFailure(AcmeFailureKind.RateLimited, new Uri("https://ca.example/new-order"), "too many certificates already issued") { RetryAt = Now, Help = new Uri("https://ca.example/limits") };
        var problem = failure.ToProblem("app.example.org");
        (problem.Type, problem.Retry, problem.Advice).ShouldBe((ProblemType.AcmeRateLimited, true, "See https://ca.example/limits."));
        problem.Text.ShouldBe("ca.example asks to wait until 2026-11-06 08:00:00Z: too many certificates already issued");
    }

    [Theory]
    [InlineData("App.Example.ORG", "dns", "app.example.org")]
    [InlineData("*.example.org", "dns", "*.example.org")]
    [InlineData("192.0.2.1", "ip", "192.0.2.1")]
    [InlineData("[2001:0db8:0:0:0:0:0:1]", "ip", "2001:db8::1")]
    [InlineData("fe80::1%3", "ip", "fe80::1")]
    public void Identifier_OfEachForm_IsAsACertificateHasIt(string text, string type, string value) => Identifier.Parse(text).Value.ShouldBe(new Identifier(type, value));

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.*.example.org")]
    [InlineData("1:2")]
    public void Identifier_OfNeither_IsAProblem(string text) => Identifier.Parse(text).Succeeded.ShouldBeFalse();

    [Theory]
    [InlineData("kid-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W", true)]
    [InlineData("kid-1", "+/8=", true)]
    [InlineData("kid-1", "not base64!", false)]
    [InlineData("kid-1", "", false)]
    [InlineData("", "AAAA", false)]
    [InlineData("kïd", "AAAA", false)]
    public void ExternalAccount_AsHandedOut_IsRead(string id, string key, bool fine)
    {
        var account = ExternalAccount.Parse(id, key);
        account.Succeeded.ShouldBe(fine);
        if (fine) $"{account.Value}".ShouldBe($"external account {id}");
    }
}
