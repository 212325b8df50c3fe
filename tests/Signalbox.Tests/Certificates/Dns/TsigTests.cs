using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Dns;

public sealed class TsigTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TsigKey Key = TsigKey.Parse("key.example.", "hmac-sha256", "c2VjcmV0").Value!;
    private static readonly DnsMessage Query = new(new DnsHeader(77), [new DnsQuestion(DnsName.Of("example.org"), DnsType.SOA)]);

    [Theory]
    [InlineData("hmac-sha256", 32)]
    [InlineData("HMAC-SHA512.", 64)]
    public void Sign_WithEachAlgorithm_AddsTheSignatureLast(string algorithm, int size)
    {
        var key = TsigKey.Parse("Key.Example", algorithm, "c2VjcmV0").Value!;
        var (octets, mac) = Tsig.Sign(Query with { EdnsSize = 1232 }, key, Now);
        mac.Length.ShouldBe(size);
        var data = DnsCodec.Decode(octets)!.Signature!.Data.ShouldBeOfType<TsigData>();
        data.Mac.ShouldBe(mac);
        data.TimeSigned.ShouldBe((ulong)Now.ToUnixTimeSeconds());
    }

    [Fact]
    public void Distrust_AnAnswerSignedOverTheRequest_IsNone()
    {
        var (request, mac) = Tsig.Sign(Query, Key, Now);
        Tsig.Distrust(Answer(mac, Key, Now), mac, Key, Now.AddSeconds(300)).ShouldBeNull();
        Tsig.Distrust(Answer(mac, Key, Now), mac, Key, Now.AddSeconds(301)).ShouldNotBeNull().ShouldContain("301 s");
        Tsig.Distrust(Answer([.. mac.Reverse()], Key, Now), mac, Key, Now).ShouldNotBeNull().ShouldContain("wrong");
        Tsig.Distrust(Answer(mac, TsigKey.Parse("other", "hmac-sha256", "c2VjcmV0").Value!, Now), mac, Key, Now).ShouldNotBeNull().ShouldContain("other");
        Tsig.Distrust(Answer(mac, TsigKey.Parse("key.example", "hmac-sha256", "b3RoZXI=").Value!, Now), mac, Key, Now).ShouldNotBeNull().ShouldContain("wrong");
        var changed = Answer(mac, Key, Now);
        changed[3] ^= 0x0F;
        Tsig.Distrust(changed, mac, Key, Now).ShouldNotBeNull();
        Tsig.Distrust(DnsCodec.Encode(Query), mac, Key, Now).ShouldNotBeNull().ShouldContain("not signed");
        request.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(17, "BADKEY")]
    [InlineData(16, "BADSIG")]
    [InlineData(18, "3600 s")]
    public void Distrust_AServersRefusal_IsToldInItsWords(int code, string word)
    {
        var error = (DnsRcode)code;
        var time = (ulong)Now.AddHours(1).ToUnixTimeSeconds();
        byte[] other = error == DnsRcode.BadTime ? [0, 0, (byte)(time >> 24), (byte)(time >> 16), (byte)(time >> 8), (byte)time] : [];
        var refusal = new TsigData(Key.Algorithm, 0, 300, [], 77, error, Items.Of<byte>(other));
        var answer = Query with { Header = new DnsHeader(77) { IsResponse = true, Rcode = DnsRcode.NotAuth }, Additional = [new DnsRecord(Key.Name, DnsType.TSIG, 0, refusal, DnsClass.Any)] };
        Tsig.Distrust(DnsCodec.Encode(answer), [], Key, Now).ShouldNotBeNull().ShouldContain(word);
    }

    [Theory]
    [InlineData("k", "hmac-md5", "c2VjcmV0", "hmac-md5")]
    [InlineData("k", "hmac-sha256", "not base64!", "base64")]
    [InlineData("k", "hmac-sha256", "", "base64")]
    [InlineData("", "hmac-sha256", "c2VjcmV0", "name")]
    public void Parse_AKeyThatIsNone_IsRefused(string name, string algorithm, string secret, string word) =>
        TsigKey.Parse(name, algorithm, secret).Problem.Text.ShouldContain(word);

    [Fact]
    public void ToString_OfAKey_HidesTheSecret() => Key.ToString().ShouldBe("key.example (hmac-sha256)");

    /// <summary>An answer as RFC 8945 5.3.1 has it: its MAC covers the request's MAC with its length first.</summary>
    private static byte[] Answer(byte[] requestMac, TsigKey key, DateTimeOffset now) => ScriptedDns.SignedAnswer(Query with { Header = new DnsHeader(77) { IsResponse = true } }, requestMac, key, now);
}
